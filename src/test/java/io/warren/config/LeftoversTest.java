package io.warren.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.warren.spi.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LeftoversTest {
    @Test
    void whatGostKnowsAndNobodyReadsIsAWarning(Vertx vertx) {
        Configuration read = Loading.inline(vertx, """
                services:
                  - name: a
                    limiter: l
                    handler: {type: http, metadata: {knock: x}}
                limiters:
                  - name: l
                    limits: $ 1MB
                """);
        readServices(read);
        assertThat(read.problems()).hasToString("""
                -:3:5: warning: services[0].limiter: not supported by this version
                -:4:38: warning: services[0].handler.metadata.knock: not supported by this version
                -:5:1: warning: limiters: not supported by this version""");
    }

    @Test
    void aProtectionThatNobodyReadsIsAnError(Vertx vertx) {
        Configuration read = Loading.inline(vertx, """
                services: []
                authers:
                  - name: a
                    redis: {addr: localhost}
                limiters:
                  - name: l
                    plugin: {addr: localhost}
                """);
        assertThat(read.root().list("services")).isEmpty();
        assertThat(read.root().list("authers").get(0).text("", "name")).isEqualTo("a");
        read.finish();
        assertThat(read.problems()).hasToString("""
                -:4:5: authers[0].redis: not supported by this version
                -:5:1: warning: limiters: not supported by this version
                -:7:5: limiters[0].plugin: not supported by this version""");
        assertThat(read.problems().hasErrors()).isTrue();
    }

    @Test
    void anAdmissionThatNobodyReadsIsAnError(Vertx vertx) {
        Configuration read =
                Loading.inline(vertx, "services: {name: a, admission: b}\nadmissions: [{name: b, whitelist: true}]\n");
        readServices(read);
        assertThat(read.problems()).hasToString("""
                -:1:21: services[0].admission: not supported by this version
                -:2:1: warning: admissions: not supported by this version""");
    }

    @Test
    void aPasswordOfATargetThatNobodyAsksForIsAnError(Vertx vertx) {
        Configuration read = Loading.inline(
                vertx, "services: [{name: a, forwarder: {nodes: [{addr: b, http: {host: c, auth: {username: u}}}]}}]");
        readServices(read);
        assertThat(read.problems()).hasToString("""
                -:1:22: warning: services[0].forwarder: not supported by this version
                -:1:68: services[0].forwarder.nodes[0].http.auth: not supported by this version""");
    }

    @Test
    void keysOfATypeThatDoesNotExistAreNotReported(Vertx vertx) {
        Configuration read = Loading.inline(
                vertx, "services: [{name: a, handler: {type: quix, metadata: {a: 1}}, cache: c}]\ncaches: [{name: c}]");
        read.root().list("services").get(0).section("handler").problem("type", "unknown handler \"quix\"");
        readServices(read);
        assertThat(read.problems()).hasToString("""
                -:1:38: services[0].handler.type: unknown handler "quix"
                -:2:1: warning: caches: not supported by this version""");
    }

    @Test
    void aKeyThatTheCommandLineCopiesIsReportedOnceAndOnlyIfNobodyReadsIt(Vertx vertx) {
        Configuration read =
                Loading.of(vertx, Loading.sources(List.of(), List.of("http://:1-3?path=/x&fooo=1"), List.of()));
        for (Settings service : read.root().list("services")) {
            assertThat(service.section("listener").metadata().text("", "path")).isEqualTo("/x");
        }
        readServices(read);
        assertThat(read.problems())
                .hasToString("-L#1?fooo: warning: services[0].handler.metadata.fooo: unknown key \"fooo\"");
    }

    private static void readServices(Configuration read) {
        for (Settings service : read.root().list("services")) {
            assertThat(List.of(
                            service.text("", "name"),
                            service.text("", "addr"),
                            service.section("handler").text("", "type"),
                            service.section("listener").text("", "type")))
                    .hasSize(4);
            assertThat(service.section("metadata").has("interface")).isFalse();
        }
        read.finish();
    }
}
