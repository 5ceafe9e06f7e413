package io.warren.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import io.warren.spi.Settings;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class LoaderTest {
    @TempDir
    Path directory;

    private static List<String> names(Configuration read) {
        return read.root().list("services").stream()
                .map(s -> s.text("", "name"))
                .toList();
    }

    @Test
    void severalFilesAreMergedAndTheCommandLineComesLast(Vertx vertx) throws Exception {
        Path one = Files.writeString(
                directory.resolve("one.yml"), "services: [{name: a}]\nlog: {level: info, format: text}\n");
        Path two = Files.writeString(
                directory.resolve("two.json"), "{\"services\": [{\"name\": \"b\"}], \"log\": {\"level\": \"warn\"}}");
        Configuration read = Loading.of(
                vertx,
                Loading.sources(List.of(one.toString(), two.toString()), List.of("http://:1"), List.of("http://h:1")));
        assertThat(names(read)).containsExactly("a", "b", "service-0");
        assertThat(read.root().section("log").text("none", "level")).isEqualTo("warn");
        assertThat(read.root().section("log").text("none", "format")).isEqualTo("none");
        assertThat(read.root().list("services").get(0).section("handler").has("chain"))
                .isFalse();
        assertThat(read.names("chains")).containsExactly("chain-0");
        assertThat(read.saveTarget()).contains(two);
    }

    @Test
    void theProblemsOfAllSourcesComeOutTogether(Vertx vertx) throws Exception {
        Path bad = Files.writeString(directory.resolve("bad.yml"), "services: [\n");
        Sources sources =
                Loading.sources(List.of(bad.toString(), "none.yml"), List.of("http://:1/%zz"), List.of("http://h:x"));
        assertThatThrownBy(() -> Loading.of(vertx, sources))
                .hasMessageContaining("none.yml: no such file")
                .hasMessageContaining("-F#1: port \"x\" of host \"h:x\" (expected: a number)")
                .hasMessageContaining("-L#1: a percent sign without two hexadecimal digits")
                .hasMessageContaining("bad.yml:2:1: ");
    }

    @Test
    void theDefaultFileIsReadOnlyWhenNothingElseSaysWhatToDo(Vertx vertx) throws Exception {
        Files.writeString(directory.resolve("gost.yml"), "services: [{name: found}]");
        Surroundings around = new Surroundings(Map.of(), List.of(directory), InputStream.nullInputStream());
        assertThat(names(Loading.of(vertx, sources(List.of(), around)))).containsExactly("found");
        assertThat(names(Loading.of(vertx, sources(List.of(":1"), around)))).containsExactly("service-0");
    }

    @Test
    void theFallbackIsForWhenThereIsNoFile(Vertx vertx) {
        Surroundings around = new Surroundings(Map.of(), List.of(directory), InputStream.nullInputStream());
        Sources none = sources(List.of(), around);
        assertThatThrownBy(() -> Loading.of(vertx, none))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no configuration file named gost.yaml, .yml or .json in " + directory);
        assertThat(names(Loading.of(vertx, none.withFallback("services: [{name: built-in}]"))))
                .containsExactly("built-in");
    }

    private static Sources sources(List<String> services, Surroundings around) {
        return new Sources(
                List.of(), services, List.of(), Sources.Overrides.NONE, Map.of(), false, Optional.empty(), around);
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverFiles(Vertx vertx) {
        Surroundings around = Loading.nowhere(
                Map.of("GOST_API", ":2", "GOST_LOGGER_LEVEL", "warn"), "api: {addr: ':1', pathPrefix: /x}");
        Sources environment = new Sources(
                List.of("-"), List.of(), List.of(), Sources.Overrides.NONE, Map.of(), false, Optional.empty(), around);
        Settings root = Loading.of(vertx, environment).root();
        assertThat(root.section("api").text("", "addr")).isEqualTo(":2");
        assertThat(root.section("api").text("", "pathPrefix")).isEqualTo("/x");
        assertThat(root.section("log").text("", "level")).isEqualTo("warn");
        root.section("api").problem("addr", "taken");
        Sources flags = new Sources(
                List.of(),
                List.of(":1"),
                List.of(),
                new Sources.Overrides(Optional.of("debug"), Optional.of(":3"), Optional.empty()),
                Map.of(),
                false,
                Optional.empty(),
                Loading.nowhere(Map.of("GOST_API", ":2"), ""));
        Configuration read = Loading.of(vertx, flags);
        assertThat(read.root().section("api").text("", "addr")).isEqualTo(":3");
        assertThat(read.root().section("log").text("", "level")).isEqualTo("debug");
        read.root().section("api").problem("addr", "taken");
        assertThat(read.problems()).hasToString("-api: api.addr: taken");
    }

    @Test
    void aPrintedFileHasEveryKeyOfTheClusterAlsoWhereNothingIsNotTheDefault(Vertx vertx) {
        Configuration read =
                Loading.inline(vertx, "cluster: {member: a, trunk.tls: false, slack: 0, grace: 0s, join: ['x:1']}");
        for (Format format : List.of(Format.YAML, Format.JSON)) {
            Settings again = Loading.inline(vertx, read.printed(format)).root().section("cluster");
            assertThat(again.flag(true, "trunk.tls")).isFalse();
            assertThat(again.integer(2, 0, 100, "slack")).isZero();
            assertThat(again.duration(Duration.ofSeconds(30), "grace")).isZero();
            assertThat(again.text("", "member")).isEqualTo("a");
        }
        assertThat(Loading.inline(vertx, "cluster: {member: a}").printed(Format.YAML))
                .doesNotContain("trunk", "slack", "grace");
    }

    @Test
    void clusterFlagsChangeSingleKeysOfTheSection(Vertx vertx) {
        Surroundings around = Loading.nowhere(Map.of(), "cluster: {name: relays, member: a, addr: '10.0.0.1:5701'}");
        Sources sources = new Sources(
                List.of("-"),
                List.of(),
                List.of(),
                Sources.Overrides.NONE,
                Map.of("member", List.of("b"), "join", List.of("x:1,y:2", "z:3"), "secretFile", List.of("s")),
                false,
                Optional.empty(),
                around);
        Configuration read = Loading.of(vertx, sources);
        Settings cluster = read.root().section("cluster");
        assertThat(cluster.text("", "name")).isEqualTo("relays");
        assertThat(cluster.text("", "member")).isEqualTo("b");
        assertThat(cluster.texts("join")).containsExactly("x:1", "y:2", "z:3");
        cluster.problem("secretFile", "no such file");
        assertThat(read.problems()).hasToString("--secret-file: cluster.secretFile: no such file");
    }

    @Test
    void aServiceWithoutANameGetsTheFirstFreeOne(Vertx vertx) {
        Configuration read =
                Loading.inline(vertx, "services: [{addr: ':1'}, {name: service-0}, {name: b}, {addr: ':2'}]");
        assertThat(names(read)).containsExactly("service-1", "service-0", "b", "service-3");
        assertThat(read.problems().all()).isEmpty();
        assertThat(read.print(Format.YAML)).startsWith("services:\n  - name: \"\"\n    addr: :1\n");
    }

    @Test
    void lenientMakesADanglingReferenceAWarning(Vertx vertx) {
        Sources strict = Loading.sources(
                List.of("{\"services\":[{\"name\":\"a\",\"handler\":{\"auther\":\"x\"}}]}"), List.of(), List.of());
        assertThat(Loading.of(vertx, strict).problems().hasErrors()).isTrue();
        Problems lenient = Loading.of(vertx, strict.withLenient(true)).problems();
        assertThat(lenient.hasErrors()).isFalse();
        assertThat(lenient)
                .hasToString("-C:1:46: warning: services[0].handler.auther: no auther named \"x\" (known: none)");
    }

    @Test
    void aConfigurationComesFromAWebServer(Vertx vertx) throws Exception {
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    boolean known = "Basic dTpw".equals(request.getHeader("Authorization"));
                    if (request.path().equals("/c.json") && known) {
                        request.response()
                                .end("{\n\t\"services\": [{\"name\": \"web\"}]\n}")
                                .onFailure(Throwable::printStackTrace);
                    } else {
                        request.response().setStatusCode(404).end().onFailure(Throwable::printStackTrace);
                    }
                })
                .listen(0, "127.0.0.1"));
        String base = "127.0.0.1:" + server.actualPort();
        assertThat(names(Loading.of(
                        vertx, Loading.sources(List.of("http://u:p@" + base + "/c.json"), List.of(), List.of()))))
                .containsExactly("web");
        Sources missing = Loading.sources(List.of("http://u:secret@" + base + "/x"), List.of(), List.of());
        assertThatThrownBy(() -> Loading.of(vertx, missing))
                .hasMessage("http://" + base + "/x: status 404 (expected: 200)");
    }

    @Test
    void aChangedFileIsNoticed(Vertx vertx) throws Exception {
        Path file = Files.writeString(directory.resolve("watched.yml"), "services: []\n");
        Loader loader = new Loader(vertx);
        Configuration read = Loading.of(vertx, Loading.sources(List.of(file.toString()), List.of(), List.of()));
        CountDownLatch changed = new CountDownLatch(1);
        Watch watch = await(loader.watch(read, Duration.ofMillis(50), changed::countDown));
        assertThat(changed.await(200, TimeUnit.MILLISECONDS)).isFalse();
        Files.writeString(file, "services: [{name: a}]\n");
        assertThat(changed.await(10, TimeUnit.SECONDS)).isTrue();
        boolean closed = await(watch.close().map(v -> true));
        assertThat(closed).isTrue();
    }

    private static <T> T await(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
