package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.Http;
import io.warren.fixture.Ports;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import io.warren.spi.Control;
import io.warren.spi.Control.Change;
import io.warren.spi.ControlException;
import io.warren.spi.ControlException.Reason;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class SteeringTest {
    private static final String SERVICE = """
            services:
            - {name: a, addr: "127.0.0.1:0", handler: {type: http}}
            """;

    private static JsonObject configuration(Steered warren) throws Exception {
        return Until.done(warren.steering().configuration());
    }

    private static void refused(Future<?> change, Reason reason, String problem) {
        assertThatThrownBy(() -> Until.done(change))
                .asInstanceOf(InstanceOfAssertFactories.type(ControlException.class))
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.problems())
                            .extracting(Control.Finding::toString)
                            .anyMatch(p -> p.startsWith(problem));
                });
    }

    @Test
    void aWholeDocumentReplacesEverythingAndIsCheckedWithPositions() throws Exception {
        try (Steered warren = Steered.start(SERVICE)) {
            Control control = warren.steering();
            String text = SERVICE + "- {name: b, addr: \"127.0.0.1:0\", handler: {type: socks5}}\n";
            assertThat(Until.done(control.check(new Change.Whole(text))).warnings())
                    .isEmpty();
            assertThat(warren.warren().address("b")).isEmpty();
            Until.done(control.apply(new Change.Whole(text)));
            assertThat(warren.warren().address("b")).isPresent();
            assertThat(configuration(warren).getJsonArray("services")).hasSize(2);

            Future<Control.Applied> wrong = control.check(new Change.Whole(text.replace("socks5", "sock")));
            refused(wrong, Reason.INVALID, "services[1].handler.type: unknown handler \"sock\"");
            assertThatThrownBy(() -> Until.done(wrong))
                    .asInstanceOf(InstanceOfAssertFactories.type(ControlException.class))
                    .satisfies(e -> assertThat(e.problems().get(0).position()).startsWith("change:3:"));
            refused(control.apply(new Change.Whole("services: [")), Reason.INVALID, "change:1:");
        }
    }

    @Test
    void changesAtTheSameTimeAreAllMade() throws Exception {
        try (Steered warren = Steered.start(SERVICE)) {
            List<Future<Control.Applied>> made = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                made.add(warren.steering().apply(new Change.Create("authers", "{\"name\":\"auther-" + i + "\"}")));
            }
            Until.done(Future.all(made));
            assertThat(configuration(warren).getJsonArray("authers")).hasSize(20);
        }
    }

    @Test
    void whatASourceSaidWrongBeforeDoesNotStandInTheWayOfAChange() throws Exception {
        // Nothing reads caches, so a start does not mind.
        try (Steered warren = Steered.start(SERVICE + "caches: [{name: c, memory: {maxSize: many}}]\n")) {
            Control control = warren.steering();
            Until.done(control.apply(new Change.Create("authers", "{\"name\":\"x\"}")));
            refused(
                    control.apply(new Change.Create("caches", "{\"name\":\"d\",\"memory\":{\"maxSize\":\"many\"}}")),
                    Reason.INVALID,
                    "caches[1].memory.maxSize: expected a number, got \"many\"");
        }
    }

    @Test
    void warningsAreThoseOfWhatWasChanged() throws Exception {
        try (Steered warren = Steered.start(SERVICE + "sds: [{name: old}]\n")) {
            Control.Applied applied =
                    Until.done(warren.steering().apply(new Change.Create("authers", "{\"name\":\"x\",\"relaod\":1}")));
            assertThat(applied.warnings())
                    .extracting(Control.Finding::toString)
                    .singleElement()
                    .satisfies(said -> assertThat(said).startsWith("authers[0].relaod: unknown key \"relaod\""));
        }
    }

    @Test
    void aReloadThatMovesTheServerItCameThroughIsAnswered() throws Exception {
        int port = Ports.free();
        String api = "api: {addr: \"127.0.0.1:" + port + "\", pathPrefix: /old}\n";
        try (Steered warren = Steered.start(SERVICE + api)) {
            Files.writeString(warren.file(), SERVICE + api.replace("/old", "/new"));
            assertThat(warren.api().post("/old/config/reload", "").json()).isEqualTo(new JsonObject().put("msg", "OK"));
            Until.holds(() -> status(port) == 200);
        }
    }

    private static int status(int port) {
        try {
            return Http.to(port).get("/new/config").status();
        } catch (Exception betweenTheTwo) {
            return 0;
        }
    }
}
