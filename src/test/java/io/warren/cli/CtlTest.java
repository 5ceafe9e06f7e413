package io.warren.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.Command;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Steered;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

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
    }

    private static String refused(String... arguments) {
        Run run = ctl(arguments);
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        return run.err().strip();
    }

    @Test
    void whatIsNotUnderstoodIsNamedWithWhatIsNearest() {
        assertThat(refused("clsoe")).isEqualTo("no verb \"clsoe\" (did you mean \"close\"?): ctl help lists them");
        assertThat(refused("help", "clsoe")).contains("did you mean \"close\"?");
        assertThat(refused("agents", "--nonsense", "1"))
                .isEqualTo("no option --nonsense: warren ctl agents --help lists them");
        assertThat(refused("agents", "--fliter=user=alice"))
                .isEqualTo("no option --fliter (did you mean \"--filter\"?): warren ctl agents --help lists them");
        assertThat(refused("agents", "-member", "x")).contains("no option -member (did you mean \"--member\"?)");
        assertThat(refused("kick")).isEqualTo("expected: ctl kick AGENT");
        assertThat(refused("limit", "tcp :1", "1MB", "2MB", "3MB")).isEqualTo("expected: ctl limit ENDPOINT IN [OUT]");
        assertThat(refused("kick", "alice", "--for")).isEqualTo("option --for needs a value: --for=TIME");
        assertThat(refused("agents", "-o", "xml"))
                .isEqualTo("option --output: \"xml\" (expected: table, json or yaml)");
        assertThat(refused("agents", "-f", "x")).isEqualTo("option --filter: \"x\" (expected: FIELD=TEXT)");
        assertThat(refused("weight", "tcp :1", "home", "x")).isEqualTo("NUMBER: \"x\" (expected: a number)");
        assertThat(refused("top", "--interval", "x")).contains("expected: a duration such as 1s");
        assertThat(refused("top", "--count", "-1")).isEqualTo("option --count: \"-1\" (expected: a number)");
        assertThat(refused("apply", "/no/such/file")).startsWith("file /no/such/file cannot be read");
        assertThat(refused("-o", "json")).isEqualTo("ctl needs a verb: ctl help lists them");
        assertThat(refused("completion", "fish")).isEqualTo("shell \"fish\" (expected: bash or zsh)");
    }

    @Test
    void everyVerbSaysWhatItDoes() {
        Set<String> verbs = Ctl.commandLine().getSubcommands().keySet();
        assertThat(verbs).hasSizeGreaterThan(35);
        for (String all : List.of("help", "--help", "-h")) {
            assertThat(ctl(all).out())
                    .startsWith("Usage: warren ctl [OPTIONS] VERB")
                    .contains(verbs);
        }
        assertThat(ctl().out()).isEqualTo(ctl("help").out());
        for (String verb : verbs) {
            Run help = ctl(verb, "--help");
            assertThat(help.code()).isEqualTo(0);
            assertThat(help.out())
                    .startsWith("Usage: warren ctl " + verb + " [OPTIONS]")
                    .contains("--password-file");
            assertThat(help.out().lines().toList().get(1)).as(verb).isNotBlank();
            assertThat(ctl("help", verb).out()).isEqualTo(help.out());
        }
        assertThat(ctl("kick", "-h").out())
                .contains("kick [OPTIONS] AGENT", "--for=TIME")
                .doesNotContain("--sort");
        assertThat(ctl("agents", "-h").out()).contains("--sort=FIELD").doesNotContain("--for");
    }

    private static CtlRequest request(String... arguments) {
        CommandLine.ParseResult parsed = Ctl.commandLine().parseArgs(arguments);
        assertThat(new CommandLine.RunLast().execute(parsed)).isZero();
        return parsed.subcommand().commandSpec().commandLine().getExecutionResult();
    }

    @Test
    void wordsAreTakenAsTheyAre() {
        assertThat(request(
                                "connections",
                                "--sort",
                                "-outRate",
                                "-f",
                                "user=~al",
                                "--filter=target=a=b",
                                "-f=q=x",
                                "--limit",
                                "5")
                        .query())
                .isEqualTo(Map.of("sort", "-outRate", "user", "~al", "target", "a=b", "q", "x", "limit", "5"));
        assertThat(request("kick", "@home").path()).isEqualTo("/agents/%40home/kick");
        assertThat(request("kick", "a b/c", "--for", "10m", "--for=20m"))
                .isEqualTo(CtlRequest.post("agents", "a b/c", "kick").with("{\"for\":\"20m\"}"));
        assertThat(request("disable", "tcp [::1]:2222").path())
                .isEqualTo("/endpoints/tcp%20%5B%3A%3A1%5D%3A2222/disable");
        assertThat(request("close", "-f", "all=true").body()).isEqualTo("{\"all\":true}");
        assertThat(request("close").body()).isEqualTo("{}");
        assertThat(request("limit", "tcp :1", "1MB").body()).isEqualTo("{\"in\":\"1MB\",\"out\":\"0\"}");
    }

    @Test
    void membersBeforeAVerbCountAsThoseBehindIt() {
        String known = new JsonObject(ctl("members", "-o", "json").out())
                .getJsonArray("items")
                .getJsonObject(0)
                .getString("member");
        assertThat(ctl("-m", known, "reload", "--member=" + known).err()).isEmpty();
        assertThat(ctl("-m", known, "reload", "-m=nobody").err()).contains("no member named \"nobody\"");
        assertThat(ctl("-m", "nobody", "reload", "-m", known).err()).contains("no member named \"nobody\"");
    }

    /** What bash offers for the last of the words, with the script that is its first argument. */
    private static final String COMPLETE = """
            source "$0" || exit
            compopt() { :; }
            read -ra how <<< "$(complete -p warren)"
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            for ((i = 0; i < ${#how[@]}; i++)); do [ "${how[i]}" != -F ] || function=${how[i + 1]}; done
            "$function" warren "${COMP_WORDS[COMP_CWORD]}" ""
            printf '%s\n' "${COMPREPLY[@]}"
            """;

    private static List<String> completed(Path script, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", COMPLETE, script.toString(), "warren"));
        command.addAll(List.of(words));
        Command bash = Command.run("", command);
        assertThat(bash.code()).as(bash.said()).isZero();
        return bash.said().lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    }

    @Test
    void bashCompletesVerbsTheirOptionsAndTheirWords() throws Exception {
        Command.assume("bash");
        Path script = Files.writeString(
                directory.resolve("completion"), ctl("completion", "bash").out());
        assertThat(ctl("completion", "zsh").out())
                .isEqualTo(Files.readString(script))
                .contains("bashcompinit");
        assertThat(completed(script, "")).containsExactlyInAnyOrder("ctl", "status", "top", "check");
        assertThat(completed(script, "ctl", ""))
                .containsExactlyInAnyOrderElementsOf(
                        Ctl.commandLine().getSubcommands().keySet());
        assertThat(completed(script, "ctl", "ki")).containsExactly("kick");
        assertThat(completed(script, "ctl", "disable")).containsExactly("disable", "disable-service");
        assertThat(completed(script, "ctl", "-o", "json", "ag")).containsExactly("agents");
        assertThat(completed(script, "ctl", "agents", "--so")).containsExactly("--sort");
        assertThat(completed(script, "ctl", "kick", "--"))
                .contains("--for", "--member")
                .doesNotContain("--sort");
        assertThat(completed(script, "ctl", "agents", "-o", "")).containsExactly("table", "json", "yaml");
        assertThat(completed(script, "ctl", "log-level", "tr")).containsExactly("trace");
        assertThat(completed(script, "status", "--addr")).containsExactly("--address");
        assertThat(completed(script, "top", "--int")).containsExactly("--interval");
        assertThat(completed(script, "check", "--s")).containsExactly("--strict");
        Files.writeString(directory.resolve("certificate.pem"), "");
        assertThat(completed(script, "ctl", "apply", directory.resolve("cert").toString()))
                .containsExactly(directory.resolve("certificate.pem").toString());
    }

    /** A server is not to pay for the verbs that it does not run. */
    @Test
    void servicesStartWithoutThem() throws Exception {
        String file = Files.writeString(directory.resolve("one.yml"), "services: [{name: one, addr: \"127.0.0.1:0\"}]")
                .toString();
        for (List<String> arguments : List.of(List.of("-L", "http://127.0.0.1:0"), List.of("-C", file))) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xlog:class+load",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.warren.cli.Main"));
            command.addAll(arguments);
            try (Program warren = Program.start(Optional.empty(), directory, command)) {
                warren.says("listening service=");
                assertThat(warren.log())
                        .contains("io.warren.cli.Flags")
                        .doesNotContain("picocli.", "io.warren.cli.Ctl");
            }
        }
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
            CtlRequest request = request(words.subList(2, words.size()).stream()
                    .map(w -> w.matches(".+\\.(yml|pem|key)") ? "conf/warren.yml" : w)
                    .toArray(String[]::new));
            assertThat(request.path()).as(line).startsWith("/");
            seen++;
        }
        assertThat(seen).isGreaterThanOrEqualTo(10);
    }
}
