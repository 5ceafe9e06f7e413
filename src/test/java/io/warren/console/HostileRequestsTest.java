package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.Http;
import io.warren.fixture.Site;
import io.warren.fixture.Steered;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand requests that nobody means well: none is answered with a fault of ours, and none has an effect. */
class HostileRequestsTest {
    private static final int REQUESTS = 10_000;
    private static final int ON_ONE_CONNECTION = 50;
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW");

    private static final List<String> PATHS = List.of(
            "/cluster/overview",
            "/cluster/agents/%s/kick",
            "/cluster/endpoints/%s/disable",
            "/cluster/endpoints/%s/weight",
            "/cluster/endpoints/%s/limit",
            "/cluster/connections?%s",
            "/cluster/connections/close",
            "/cluster/connections/%s",
            "/cluster/config",
            "/cluster/config/%s",
            "/cluster/config/services/%s",
            "/cluster/config/history/%s",
            "/cluster/config/validate?kind=%s",
            "/cluster/config/diff?%s",
            "/cluster/session",
            "/cluster/log-level",
            "/cluster/members/%s/drain",
            "/cluster/logs?level=%s",
            "/ui/%s",
            "/%s");

    private static final List<String> PIECES = List.of(
            "..",
            "%2e%2e%2f",
            "%00",
            "%",
            "%zz",
            "a".repeat(3000),
            "limit=99999999999999999999",
            "offset=-1",
            "sort=-",
            "q=%F0%9F%98%80",
            "services",
            "member=nobody",
            "format=%3Cscript%3E",
            "kind=services&kind=hops",
            "0",
            "-1",
            "99999999999999999999",
            "tcp%20:1",
            "x%0d%0aSet-Cookie:%20a=b");

    private static final List<String> BODIES = List.of(
            "",
            "{",
            "[]",
            "null",
            "\"text\"",
            "\u0000\u0001",
            "[".repeat(5000),
            "{\"a\":".repeat(2000),
            "a: &a [x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n",
            "!!javax.script.ScriptEngineManager [x]",
            "{\"name\": {\"name\": []}, \"handler\": 7, \"listener\": null}",
            "{name: \"******\", handler: {auth: {password: ******}}}",
            "{\"which\": {}, \"do\": \"apply\", \"for\": 1e999, \"agent\": null, \"weight\": \"1\", \"level\": [], \"all\": 1}",
            "{\"user\": 1, \"password\": {}}",
            "x: ".repeat(3000));

    @TempDir
    private Path state;

    @Test
    void noneIsAFaultOfOursAndNoneHasAnEffect() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Steered warren = Steered.start("""
                console:
                  addr: 127.0.0.1:0
                  state: STATE
                  users: [{username: vera, password: viewer}]
                services:
                - name: proxy
                  addr: 127.0.0.1:0
                  handler: {type: http, auth: {username: alice, password: wonderland}}
                  listener: {type: tcp}
                """.replace("STATE", state.toString()))) {
            int port = warren.steering().console().orElseThrow().port();
            Http vera = Http.to(port).as("vera", "viewer");
            JsonObject before = vera.get("/cluster/config").json();
            for (int i = 0; i < REQUESTS; i += ON_ONE_CONNECTION) {
                connection(random, port);
            }
            assertThat(vera.get("/cluster/config").json()).isEqualTo(before);
            assertThat(vera.get("/cluster/overview").json().getJsonArray("members"))
                    .hasSize(1);
            assertThat(warren.warren().address("proxy")).isPresent();
        }
    }

    private static void connection(Random random, int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        try {
            for (int i = 0; i < ON_ONE_CONNECTION; i++) {
                if (socket.isClosed()) {
                    socket = new Socket("127.0.0.1", port);
                }
                socket.setSoTimeout(20_000);
                String request = request(random);
                try {
                    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                    if (!answered(socket, request)) {
                        socket.close();
                    }
                } catch (IOException cut) {
                    // What is no HTTP at all may be cut.
                    socket.close();
                }
            }
        } finally {
            socket.close();
        }
    }

    private static String request(Random random) {
        String method = METHODS.get(random.nextInt(METHODS.size()));
        String path = PATHS.get(random.nextInt(PATHS.size())).replace("%s", PIECES.get(random.nextInt(PIECES.size())));
        String body = BODIES.get(random.nextInt(BODIES.size()));
        String login = switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 ->
                "Authorization: Negotiate x\r\nCookie: warren-session=" + "f".repeat(random.nextInt(100)) + "\r\n";
            default ->
                "Authorization: Basic "
                        + Base64.getEncoder().encodeToString("vera:viewer".getBytes(StandardCharsets.UTF_8))
                        + "\r\n";
        };
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        String type = random.nextBoolean() ? "Content-Type: application/json\r\n" : "";
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + login + type + "Content-Length: " + length
                + "\r\n\r\n" + body;
    }

    /** @return whether the connection can be used again */
    private static boolean answered(Socket socket, String request) throws IOException {
        InputStream in = socket.getInputStream();
        String head = Site.head(in);
        if (head.isEmpty()) {
            return false;
        }
        String shown = request.lines().findFirst().orElse("");
        assertThat(head).as(shown).startsWith("HTTP/1.").doesNotContain("Set-Cookie");
        int status = Integer.parseInt(head.substring(9, 12));
        assertThat(status).as(shown).isLessThan(500);
        String fields = head.toLowerCase(Locale.ROOT);
        int at = fields.indexOf("content-length: ");
        boolean hasBody = !request.startsWith("HEAD ") && status != 204 && status != 304;
        if (at < 0 && hasBody) {
            return false;
        }
        if (hasBody) {
            int end = head.indexOf("\r\n", at);
            in.skipNBytes(Long.parseLong(head.substring(at + 16, end).trim()));
        }
        return !fields.contains("connection: close");
    }
}
