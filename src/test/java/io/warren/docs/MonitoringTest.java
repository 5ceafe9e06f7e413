package io.warren.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.Command;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Http;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Rig;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import io.warren.layer.tls.TestCertificates;
import io.warren.net.Address;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The dashboard for Grafana and the rules for Prometheus ask for what two members with an agent and some visitors say. */
class MonitoringTest {
    private static final Path DASHBOARD = Path.of("cluster/grafana/warren.json");
    private static final Path RULES = Path.of("cluster/prometheus/warren.rules.yml");

    /** What Prometheus adds to every sample. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    private static final String MEMBER = """
            cluster:
              {name: monitored, secret: as random as can be, member: relay-NUMBER, addr: "HOST:JOIN", trunk: "HOST:TRUNK", bus: "HOST:BUS", join: ["127.0.0.1:JOIN", "127.0.0.2:JOIN"]}
            metrics: {addr: "127.0.0.1:METRICS"}
            services:
            - {name: agents, addr: "HOST:AGENTS", handler: {type: relay, auth: {username: alice, password: wonderland}, metadata: {bind: true, bind.host: HOST}}}
            - {name: proxy, addr: "HOST:0", handler: {type: http}, listener: {type: tls, tls: {certFile: CERT, keyFile: KEY}}}
            - {name: closed, addr: "127.0.0.1:0", handler: {type: tcp}, admission: nobody, forwarder: {nodes: [{name: echo, addr: "127.0.0.1:ECHO"}]}}
            - {name: hop, addr: "127.0.0.1:HOP", handler: {type: http}}
            - {name: far, addr: "127.0.0.1:0", handler: {type: tcp, chain: over}, forwarder: {nodes: [{name: echo, addr: "127.0.0.1:ECHO"}]}}
            - {name: lost, addr: "127.0.0.1:0", handler: {type: tcp, chain: dead}, forwarder: {nodes: [{name: echo, addr: "127.0.0.1:ECHO"}]}}
            admissions:
            - {name: nobody, whitelist: true, matchers: [192.0.2.1]}
            recorders:
            - {name: visits, file: {path: RECORDS}}
            chains:
            - {name: over, hops: [{name: h, nodes: [{name: hop, addr: "127.0.0.1:HOP", connector: {type: http}}]}]}
            - {name: dead, hops: [{name: h, nodes: [{name: none, addr: "127.0.0.1:1", connector: {type: http}}]}]}
            """;

    private static final String AGENT = """
            services:
            - {name: web, addr: ":ENDPOINT", handler: {type: rtcp}, listener: {type: rtcp, chain: members, metadata: {agent: home}}, forwarder: {nodes: [{name: web, addr: "127.0.0.1:ECHO"}]}}
            chains:
            - {name: members, hops: [{name: m, nodes: [{name: m, addr: "127.0.0.1:AGENTS", connector: {type: relay, auth: {username: alice, password: wonderland}}}]}]}
            """;

    private static final int ENDPOINT = Ports.free();
    private static final int AGENTS = Ports.free();
    private static final List<Steered> MEMBERS = new ArrayList<>();
    private static final List<Integer> METRICS = new ArrayList<>();

    @TempDir
    private static Path directory;

    private static EchoServer echo;
    private static Node agent;

    @BeforeAll
    static void formation() throws Exception {
        echo = new EchoServer();
        TestCertificates certificates =
                new TestCertificates(directory).issue("member", "127.0.0.1", Duration.ofDays(3));
        String shared = MEMBER.replace("JOIN", "" + Ports.free())
                .replace("TRUNK", "" + Ports.free())
                .replace("BUS", "" + Ports.free())
                .replace("AGENTS", "" + AGENTS)
                .replace("CERT", certificates.file("member.pem"))
                .replace("KEY", certificates.file("member.key"))
                .replace("RECORDS", directory.resolve("records").toString())
                .replace("ECHO", "" + echo.port());
        for (int i = 1; i <= 2; i++) {
            METRICS.add(Ports.free());
            MEMBERS.add(Steered.start(shared.replace("NUMBER", "" + i)
                    .replace("HOST", "127.0.0." + i)
                    .replace("METRICS", "" + METRICS.get(i - 1))
                    .replace("HOP", "" + Ports.free())));
        }
        agent = startAgent();
        Until.holds(() -> answers("127.0.0.1") && answers("127.0.0.2"));
        talk("far");
        talk("lost");
        talk("closed");
        Until.holds(() -> value(0, "warren_sessions_failed_total{kind=\"denied\"}") == 1);
        Until.holds(() -> text(0).contains("gost_chain_errors_total{"));
        Until.holds(() -> value(1, "warren_trunk_round_trip_seconds_count{peer=\"relay-1\"}") > 0);
    }

    private static Node startAgent() throws Exception {
        return Node.start(AGENT.replace("ENDPOINT", "" + ENDPOINT)
                .replace("AGENTS", "" + AGENTS)
                .replace("ECHO", "" + echo.port()));
    }

    @AfterAll
    static void dissolution() throws IOException {
        Optional.ofNullable(agent).ifPresent(Node::close);
        MEMBERS.forEach(Steered::close);
        echo.close();
    }

    private static boolean answers(String host) {
        try (Socket visitor = new Socket(host, ENDPOINT)) {
            return answers(visitor);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean answers(Socket visitor) throws IOException {
        visitor.setSoTimeout(10_000);
        visitor.getOutputStream().write('x');
        return visitor.getInputStream().read() == 'x';
    }

    /** Whether or not something comes back. */
    private static void talk(String service) {
        try (Socket client = Rig.connect(Address.of("127.0.0.1", MEMBERS.get(0).port(service)))) {
            assertThat(answers(client)).isEqualTo(service.equals("far"));
        } catch (IOException reset) {
            assertThat(service).isNotEqualTo("far");
        }
    }

    private static String text(int member) {
        try {
            return Http.to(METRICS.get(member)).get("/metrics").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static double value(int member, String sample) {
        Matcher line = Pattern.compile("^" + Pattern.quote(sample) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(text(member));
        return line.find() ? Double.parseDouble(line.group(1)) : -1;
    }

    /** Of all members together. */
    private static Map<String, Set<String>> exposed() {
        Map<String, Set<String>> all = new HashMap<>();
        for (int i = 0; i < MEMBERS.size(); i++) {
            Expressions.exposed(text(i))
                    .forEach((name, labels) ->
                            all.computeIfAbsent(name, n -> new TreeSet<>()).addAll(labels));
        }
        return all;
    }

    private static void checkThatAllIsExposed(List<String> expressions) {
        Map<String, Set<String>> exposed = exposed();
        exposed.put("up", Set.of());
        for (String expression : expressions) {
            Set<String> offered = new HashSet<>(OF_PROMETHEUS);
            List<Expressions.Asked> all = Expressions.asked(expression);
            assertThat(all).as(expression).isNotEmpty();
            for (Expressions.Asked asked : all) {
                assertThat(exposed).as(expression).containsKey(asked.metric());
                Set<String> labels = new HashSet<>(exposed.get(asked.metric()));
                labels.addAll(OF_PROMETHEUS);
                assertThat(labels).as(expression).containsAll(asked.labels());
                offered.addAll(labels);
            }
            assertThat(offered).as(expression).containsAll(Expressions.groups(expression));
        }
    }

    // --- Grafana

    private static JsonObject dashboard() throws IOException {
        return new JsonObject(Files.readString(DASHBOARD));
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private static List<JsonObject> panels() throws IOException {
        return objects(dashboard().getJsonArray("panels"));
    }

    private static List<String> expressionsOfTheDashboard() throws IOException {
        List<String> all = new ArrayList<>();
        for (JsonObject panel : panels()) {
            if (panel.containsKey("targets")) {
                objects(panel.getJsonArray("targets")).forEach(target -> all.add(target.getString("expr")));
            }
        }
        for (JsonObject variable : variables().values()) {
            if (variable.getString("type").equals("query")) {
                Matcher query = Pattern.compile("label_values\\((.+), (\\w+)\\)")
                        .matcher(variable.getJsonObject("query").getString("query"));
                assertThat(query.matches()).isTrue();
                all.add("count by (" + query.group(2) + ") (" + query.group(1) + ")");
            }
        }
        return all;
    }

    private static Map<String, JsonObject> variables() throws IOException {
        Map<String, JsonObject> all = new HashMap<>();
        objects(dashboard().getJsonObject("templating").getJsonArray("list"))
                .forEach(variable -> all.put(variable.getString("name"), variable));
        return all;
    }

    @Test
    void everyPanelAsksForWhatMembersExpose() throws IOException {
        List<String> all = expressionsOfTheDashboard();
        assertThat(all).hasSizeGreaterThan(40);
        checkThatAllIsExposed(all);
    }

    @Test
    void whateverIsOursIsOnTheDashboard() throws IOException {
        Set<String> asked = new HashSet<>();
        expressionsOfTheDashboard()
                .forEach(expression -> Expressions.asked(expression).forEach(one -> asked.add(one.metric())));
        Predicate<String> secondary = name -> name.endsWith("_sum")
                || name.endsWith("_count")
                || name.startsWith("warren_jvm_memory_")
                || name.equals("warren_agent_streams");
        assertThat(asked)
                .containsAll(exposed().keySet().stream()
                        .filter(name -> name.startsWith("warren_") && !secondary.test(name))
                        .toList());
    }

    @Test
    void dashboardIsOneOfGrafanasAndItsPanelsLieBesideEachOther() throws IOException {
        JsonObject dashboard = dashboard();
        // Grafana 10.0 has 38 and brings older ones up to date; a newer one it would not understand.
        assertThat(dashboard.getInteger("schemaVersion")).isBetween(36, 38);
        assertThat(dashboard.getString("uid")).isEqualTo("warren");
        assertThat(dashboard.containsKey("__inputs")).isFalse();
        assertThat(variables().keySet()).containsExactlyInAnyOrder("datasource", "job", "instance", "service");
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> cells = new HashSet<>();
        for (JsonObject panel : panels()) {
            String title = panel.getString("title");
            assertThat(ids.add(panel.getInteger("id"))).as(title).isTrue();
            assertThat(panel.getString("type")).isIn("row", "stat", "timeseries", "table");
            JsonObject place = panel.getJsonObject("gridPos");
            assertThat(place.getInteger("x") + place.getInteger("w")).isLessThanOrEqualTo(24);
            for (int x = 0; x < place.getInteger("w"); x++) {
                for (int y = 0; y < place.getInteger("h"); y++) {
                    assertThat(cells.add(List.of(place.getInteger("x") + x, place.getInteger("y") + y)))
                            .as(title + " lies on another panel")
                            .isTrue();
                }
            }
            if (!panel.getString("type").equals("row")) {
                checkPanel(title, panel);
            }
        }
    }

    private static void checkPanel(String title, JsonObject panel) throws IOException {
        assertThat(panel.getString("description")).as(title).isNotBlank();
        assertThat(panel.getJsonObject("fieldConfig").getJsonObject("defaults").getString("unit"))
                .as(title)
                .isNotBlank();
        Set<String> references = new HashSet<>();
        for (JsonObject target : objects(panel.getJsonArray("targets"))) {
            assertThat(references.add(target.getString("refId"))).as(title).isTrue();
            assertThat(target.getJsonObject("datasource"))
                    .isEqualTo(new JsonObject().put("type", "prometheus").put("uid", "${datasource}"));
            // One Prometheus may ask several clusters.
            assertThat(target.getString("expr")).as(title).contains("job=~\"$job\", instance=~\"$instance\"");
            Matcher variable = Pattern.compile("\\$([a-z]\\w*)").matcher(target.getString("expr"));
            while (variable.find()) {
                assertThat(variables()).as(title).containsKey(variable.group(1));
            }
        }
    }

    // --- Prometheus

    private static List<Map<?, ?>> rules() throws IOException {
        Map<String, List<Map<String, List<Map<?, ?>>>>> file = new Yaml().load(Files.readString(RULES));
        List<Map<?, ?>> all = new ArrayList<>();
        file.get("groups").forEach(group -> all.addAll(group.get("rules")));
        return all;
    }

    @Test
    void everyRuleAsksForWhatMembersExpose() throws IOException {
        checkThatAllIsExposed(
                rules().stream().map(rule -> String.valueOf(rule.get("expr"))).toList());
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhatHasHappened() throws IOException {
        Set<Object> names = new HashSet<>();
        for (Map<?, ?> rule : rules()) {
            String name = String.valueOf(rule.get("alert"));
            assertThat(names.add(name)).as(name).isTrue();
            assertThat(((Map<?, ?>) rule.get("labels")).get("severity")).isIn("critical", "warning");
            Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
            assertThat(String.valueOf(annotations.get("summary"))).as(name).contains("{{ $labels.");
            assertThat(Files.readString(Path.of("cluster/README.md"))).contains("`" + name + "`");
        }
        assertThat(names).hasSizeGreaterThan(10);
    }

    private static void promtool(Path rules) throws Exception {
        Command.assume("promtool");
        Command check = Command.run("promtool", "check", "rules", rules.toString());
        assertThat(check.code()).as(check.said()).isZero();
    }

    @Test
    void prometheusTakesTheRules() throws Exception {
        promtool(RULES);
    }

    @Test
    void prometheusParsesTheExpressionsOfTheDashboard() throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        int i = 0;
        for (String expression : expressionsOfTheDashboard()) {
            rules.append("  - record: panel_").append(i++).append("\n    expr: >-\n      ");
            rules.append(expression.replace("$__rate_interval", "1m").replaceAll("\\$\\w+", ".*"))
                    .append('\n');
        }
        promtool(Files.writeString(directory.resolve("panels.yml"), rules));
    }

    // --- what the metrics say

    @Test
    void membersSayWhatTheClusterIsAndWhatHasHappenedInIt() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(value(i, "warren_cluster_members")).isEqualTo(2);
            assertThat(value(i, "warren_endpoint_agents{endpoint=\"tcp :" + ENDPOINT + "\"}"))
                    .isEqualTo(1);
            assertThat(value(i, "warren_draining")).isZero();
            assertThat(value(i, "warren_trunk_up{peer=\"relay-" + (2 - i) + "\"}"))
                    .isEqualTo(1);
        }
        assertThat(value(0, "warren_agents")).isEqualTo(1);
        assertThat(value(1, "warren_agents")).isZero();
        assertThat(value(1, "warren_trunk_attempts_total")).isPositive();
        assertThat(value(0, "warren_trunk_attempts_total")).isZero();
        assertThat(value(0, "warren_sessions_failed_total{kind=\"refused\"}")).isPositive();
        assertThat(value(0, "warren_certificate_end_seconds{file=\"" + directory.resolve("member.pem") + "\"}")
                        - Instant.now().getEpochSecond())
                .isBetween(2.9 * 86400, 3.0 * 86400);
        try (Socket visitor = new Socket("127.0.0.2", ENDPOINT)) {
            assertThat(answers(visitor)).isTrue();
            Until.holds(() -> value(1, "warren_trunk_streams") == 1);
            Until.holds(() -> value(0, "warren_agent_streams") == 1);
        }
    }

    @Test
    void laterSessionOfAnAgentIsCountedAsATakeover() throws Exception {
        String takeovers = "warren_takeovers_total{by=\"session\"}";
        assertThat(value(0, takeovers)).isZero();
        // The earlier one goes on under a name of its own, so that it comes back without taking over.
        try (Node later = startAgent()) {
            assertThat(later.warren().cluster()).isEmpty();
            Until.holds(() -> value(0, takeovers) == 1);
        }
    }

    @Test
    void expressionsAreTakenApart() {
        assertThat(Expressions.asked("sum by (le) (rate(a_b{x=\"1\", y=~\"$z\"}[5m] offset 1d)) > 3 * c or up == 0"))
                .containsExactly(
                        new Expressions.Asked("a_b", Set.of("x", "y")),
                        new Expressions.Asked("c", Set.of()),
                        new Expressions.Asked("up", Set.of()));
        assertThat(Expressions.groups("max by (job, le) (a) and on (instance) b"))
                .containsExactly("instance", "job", "le");
    }
}
