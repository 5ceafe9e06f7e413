package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.Ports;
import io.warren.fixture.Steered;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is disabled, in gost's web API and after a restart. */
class DisabledServiceTest {
    @TempDir
    private Path state;

    private Steered start(int port) throws Exception {
        return Steered.start("""
                api: {addr: "127.0.0.1:0"}
                console: {addr: "127.0.0.1:0", password: toor-toor, state: STATE}
                services:
                - {name: shut, addr: "127.0.0.1:PORT", handler: {type: http}}
                - {name: open, addr: "127.0.0.1:0", handler: {type: http}}
                """.replace("STATE", state.toString()).replace("PORT", "" + port));
    }

    private static Http console(Steered warren) {
        return Http.to(warren.steering().console().orElseThrow().port()).as("admin", "toor-toor");
    }

    private static JsonObject status(Steered warren, String service) throws Exception {
        return warren.api().get("/config").json().getJsonArray("services").stream()
                .map(each -> (JsonObject) each)
                .filter(each -> each.getString("name").equals(service))
                .map(each -> each.getJsonObject("status"))
                .findFirst()
                .orElseThrow();
    }

    private static String events(JsonObject status) {
        return status.getJsonArray("events").stream()
                .map(event -> ((JsonObject) event).getString("msg"))
                .collect(Collectors.joining(", "));
    }

    @Test
    void gostsApiCallsItClosedUntilItIsEnabled() throws Exception {
        try (Steered warren = start(Ports.free())) {
            assertThat(status(warren, "shut").getString("state")).isEqualTo("ready");
            assertThat(console(warren)
                            .post("/cluster/services/shut/disable", "")
                            .status())
                    .isEqualTo(200);
            JsonObject closed = status(warren, "shut");
            assertThat(closed.getString("state")).isEqualTo("closed");
            assertThat(closed.getLong("createTime")).isPositive();
            assertThat(events(closed)).contains("service shut is ready").endsWith("service shut is closed");
            assertThat(warren.api().get("/config/services").body()).contains("\"state\":\"closed\"");
            assertThat(status(warren, "open").getString("state")).isEqualTo("ready");
            assertThat(console(warren).post("/cluster/services/shut/enable", "").status())
                    .isEqualTo(200);
            assertThat(status(warren, "shut").getString("state")).isEqualTo("ready");
        }
    }

    /** Somebody else has its port by then, so that a start that opens it fails. */
    @Test
    void afterARestartItsPortIsNotOpenedForAMomentEither() throws Exception {
        int port = Ports.free();
        try (Steered warren = start(port)) {
            assertThat(console(warren)
                            .post("/cluster/services/shut/disable", "")
                            .status())
                    .isEqualTo(200);
        }
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress("127.0.0.1", port));
            try (Steered warren = start(port)) {
                assertThat(warren.warren().address("shut")).isEmpty();
                assertThat(warren.warren().address("open")).isPresent();
                assertThat(status(warren, "shut").getString("state")).isEqualTo("closed");
                assertThat(events(status(warren, "shut"))).isEqualTo("service shut is closed");
            }
        }
        try (Steered warren = start(port)) {
            assertThat(Gost.isOpen(port)).isFalse();
            assertThat(console(warren).post("/cluster/services/shut/enable", "").status())
                    .isEqualTo(200);
            assertThat(Gost.isOpen(port)).isTrue();
        }
        try (Steered warren = start(port)) {
            assertThat(warren.warren().address("shut")).isPresent();
        }
    }
}
