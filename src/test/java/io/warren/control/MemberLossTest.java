package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member goes, and comes back: seen by who watches another one, and told what it has missed. */
class MemberLossTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SERVICE =
            "{name: made, addr: \"127.0.0.1:0\", handler: {type: http}, listener: {type: tcp}}";

    @Test
    void itIsShownAsStaleAndLearnsWhatWasMadeMeanwhile(@TempDir Path state) throws Exception {
        try (Members members = new Members(state, "five-and-twenty-blackbirds", 2);
                Socket stream = stream(members.consolePort(0), "vera:viewer")) {
            BufferedReader events =
                    new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8));
            JsonObject whole = next(events, "overview");
            assertThat(whole.getJsonObject("totals").getInteger("members")).isEqualTo(2);

            members.members.get(1).close();
            JsonObject lost = next(events, "member");
            assertThat(lost.getString("member") + " " + lost.getString("message"))
                    .isEqualTo("relay-2 does not answer");
            JsonObject gone = ClusterControlTest.items(members.root(0).get("/cluster/members?member=relay-2"))
                    .get(0);
            assertThat(gone.getString("state")).isEqualTo("stale");
            assertThat(gone.getValue("heapMax")).as("what was last known of it").isNotNull();

            assertThat(members.root(0).post("/cluster/config/services", SERVICE).status())
                    .isEqualTo(200);
            assertThat(members.root(0)
                            .post("/cluster/endpoints/tcp%20:1/disable", "")
                            .status())
                    .isEqualTo(200);
            Steered back = members.start(1);
            members.members.set(1, back);
            Until.passes(PATIENCE, () -> {
                assertThat(back.warren().address("made")).isPresent();
                assertThat(back.warren().endpoints().restrictions().isDisabled("tcp :1"))
                        .isTrue();
            });
            assertThat(next(events, "member").getString("message")).isEqualTo("answers again");
        }
    }

    private static Socket stream(int port, String login) throws Exception {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(30_000);
        String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream()
                .write(("GET /cluster/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + basic + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    /** The data of the next event of that name. */
    private static JsonObject next(BufferedReader events, String name) throws Exception {
        while (true) {
            String line = events.readLine();
            if (line == null) {
                throw new AssertionError("the stream ended");
            }
            if (line.equals("event: " + name)) {
                return new JsonObject(events.readLine().substring("data: ".length()));
            }
        }
    }

    @Test
    void theStreamNeedsALogIn(@TempDir Path state) throws Exception {
        try (Members members = new Members(state, "", 1)) {
            assertThat(members.console(0).get("/cluster/stream").status()).isEqualTo(401);
        }
    }
}
