package io.warren.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.Ports;
import io.warren.fixture.Steered;
import io.warren.layer.tls.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code warren ctl} against a running Warren. */
class CtlTest {
    @TempDir
    private static Path directory;

    private static Steered warren;

    @BeforeAll
    static void start() throws Exception {
        warren = Steered.start("""
                console: {addr: "127.0.0.1:0", password: toor-toor, state: STATE}
                services:
                - name: proxy
                  addr: 127.0.0.1:0
                  handler: {type: http}
                  listener: {type: tcp}
                """.replace("STATE", directory.resolve("state").toString()));
    }

    @AfterAll
    static void stop() {
        warren.close();
    }

    private record Run(int code, String out, String err) {}

    private static Run ctl(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Ctl.run(
                List.of(arguments),
                name -> Optional.ofNullable(environment.get(name)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Run ctl(String... arguments) {
        return ctl(Map.of("WARREN_ADDRESS", address(), "WARREN_PASSWORD", "toor-toor"), arguments);
    }

    private static String address() {
        return "127.0.0.1:" + warren.steering().console().orElseThrow().port();
    }

    @Test
    void listsAreTablesUnlessSomethingElseIsAskedFor() {
        Run table = ctl("services");
        assertThat(table.code()).as(table.err()).isEqualTo(0);
        assertThat(table.out().lines().toList().get(0)).matches("NAME +MEMBER +LISTENER +HANDLER +ADDRESS .*");
        assertThat(table.out().lines().toList().get(1)).startsWith("proxy ");
        assertThat(new JsonObject(ctl("services", "-o", "json").out())
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getString("handler"))
                .isEqualTo("http");
        assertThat(ctl("services", "-o=yaml").out()).contains("name: proxy\n");
        assertThat(ctl("status").out()).startsWith("no cluster, seen from ").contains("ready");
        assertThat(ctl("top", "--count", "1").out()).contains("MEMBER").contains("SID");
    }

    @Test
    void aServiceIsCreatedComparedAndDeleted() throws Exception {
        Path file = Files.writeString(
                directory.resolve("made.yml"),
                "name: made\naddr: 127.0.0.1:0\nhandler: {type: socks5}\nlistener: {type: tcp}\n");
        assertThat(ctl("diff", "--kind", "services", file.toString()).out()).contains("+   - name: made\n");
        Run created = ctl("create", "services", file.toString());
        assertThat(created.code()).as(created.out() + created.err()).isEqualTo(0);
        assertThat(created.out()).contains("done");
        assertThat(ctl("create", "services", file.toString()).code()).isEqualTo(1);
        assertThat(ctl("get", "services", "made").out()).contains("type: socks5");
        assertThat(ctl("history").out()).contains("create services made");
        assertThat(ctl("delete", "services", "made").code()).isEqualTo(0);
        assertThat(ctl("config").out()).contains("name: proxy").doesNotContain("made", "toor");
    }

    @Test
    void anErrorInADocumentIsShownWithItsKey() throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yml"), "name: bad\nhandler: {type: htpt}\n");
        Run refused = ctl("create", "services", file.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).contains("handler.type: unknown handler \"htpt\"");
    }

    @Test
    void theExitCodeSaysWhatWentWrong() {
        assertThat(ctl(Map.of("WARREN_ADDRESS", "127.0.0.1:" + Ports.free()), "status")
                        .code())
                .isEqualTo(3);
        Run unknown = ctl(Map.of("WARREN_ADDRESS", address(), "WARREN_PASSWORD", "wrong"), "status");
        assertThat(unknown.code()).isEqualTo(4);
        assertThat(unknown.err()).isEqualTo("warren ctl: wrong user or password\n");
        Run unasked = ctl(Map.of("WARREN_ADDRESS", address(), "HOME", directory.toString()), "status");
        assertThat(unasked.code()).isEqualTo(4);
        assertThat(unasked.err()).startsWith("warren ctl: no password given (--password-file");
        assertThat(ctl("close", "nosuchsid").code()).isEqualTo(1);
        assertThatThrownBy(() -> ctl("clsoe")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> ctl("kick")).hasMessage("expected: ctl kick AGENT");
        assertThatThrownBy(() -> ctl("agents", "--nonsense", "1"))
                .hasMessage("flag provided but not defined: -nonsense");
    }

    @Test
    void addressAndPasswordMayStandInAFile() throws Exception {
        Path file = Files.writeString(
                directory.resolve("ctl.conf"), "address=" + address() + "\nuser=admin\npassword=toor-toor\n");
        assertThat(ctl(Map.of(), "members", "--config", file.toString()).code()).isEqualTo(0);
    }

    @Test
    void aConsoleBehindTlsIsReachedWithItsAuthorityOrWithNoQuestionAsked() throws Exception {
        TestCertificates certificates = new TestCertificates(directory)
                .issue("console", "localhost", Duration.ofDays(2))
                .issue("next", "localhost", Duration.ofDays(7));
        try (Steered secure =
                Steered.start("""
                console:
                  addr: "127.0.0.1:0"
                  password: toor-toor
                  state: STATE
                  tls: {certFile: "CERT", keyFile: "KEY"}
                """.replace("STATE", directory.resolve("secure").toString())
                        .replace("CERT", certificates.file("console.pem"))
                        .replace("KEY", certificates.file("console.key")))) {
            Map<String, String> named = Map.of(
                    "WARREN_ADDRESS",
                    "https://localhost:"
                            + secure.steering().console().orElseThrow().port(),
                    "WARREN_PASSWORD",
                    "toor-toor");
            assertThat(ctl(named, "members").code()).isEqualTo(3);
            assertThat(ctl(named, "members", "--ca", certificates.file("ca.pem"))
                            .code())
                    .isEqualTo(0);
            Map<String, String> bare = new java.util.HashMap<>(named);
            bare.compute("WARREN_ADDRESS", (k, address) -> address.replace("localhost", "127.0.0.1"));
            // That is not what the certificate is for.
            assertThat(ctl(bare, "members", "--ca", certificates.file("ca.pem")).code())
                    .isEqualTo(3);
            assertThat(ctl(bare, "--insecure", "members").code()).isEqualTo(0);
            Run renewed = ctl(
                    bare,
                    "certify",
                    "console.tls",
                    certificates.file("next.pem"),
                    certificates.file("next.key"),
                    "--insecure");
            assertThat(renewed.code()).as(renewed.out() + renewed.err()).isEqualTo(0);
            assertThat(ctl(bare, "certificates", "--insecure").out()).contains("console.tls");
        }
    }

    @Test
    void shellsGetEveryVerb() {
        for (String shell : List.of("bash", "zsh")) {
            assertThat(Completion.script(shell)).contains(CtlVerb.ALL.keySet()).contains("--output");
        }
        assertThat(Ctl.usage()).contains(CtlVerb.ALL.keySet());
    }

    /** Every line of the operations page is a request. */
    @Test
    void theExamplesOfThePageAreUnderstood() throws Exception {
        Pattern word = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");
        int seen = 0;
        for (String line : Files.readAllLines(Path.of("cluster/README.md"))) {
            if (!line.startsWith("    warren ctl ")) {
                continue;
            }
            List<String> words = new ArrayList<>();
            Matcher each = word.matcher(line.replaceFirst("\\s+#.*", "").strip());
            while (each.find()) {
                words.add(each.group().replace("\"", ""));
            }
            CtlOptions options = CtlOptions.parse(
                    words.subList(2, words.size()).stream()
                            .map(w -> w.endsWith(".yml") ? "conf/warren.yml" : w)
                            .toList(),
                    name -> Optional.empty());
            assertThat(CtlVerb.ALL).as(line).containsKey(options.words().get(0));
            assertThat(CtlVerb.ALL.get(options.words().get(0)).request(options).path())
                    .startsWith("/");
            seen++;
        }
        assertThat(seen).isGreaterThanOrEqualTo(10);
    }
}
