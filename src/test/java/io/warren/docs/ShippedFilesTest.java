package io.warren.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.warren.cli.CommandLine;
import io.warren.config.Sources;
import io.warren.fixture.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * Every file below {@code cluster/} is right; {@code ThreeMembersTest} and {@code ComposeTest} run those that can be run,
 * {@code MonitoringTest} asks members for what the dashboard and the rules want to know.
 */
class ShippedFilesTest {
    private static final Path CLUSTER = Path.of("cluster");

    /** A member drains for two seconds, then for {@code cluster.grace}, and leaves within five more. */
    private static final Duration TO_LEAVE = Duration.ofSeconds(2 + 30 + 5);

    @TempDir
    private Path directory;

    private static boolean works(String... command) throws Exception {
        try {
            return Command.run(command).code() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** A path into maps and lists. */
    private static Object at(Object tree, Object... path) {
        Object here = tree;
        for (Object step : path) {
            here = step instanceof Integer index ? ((List<?>) here).get(index) : ((Map<?, ?>) here).get(step);
        }
        return here;
    }

    private static String read(String file) throws IOException {
        return Files.readString(CLUSTER.resolve(file));
    }

    @Test
    void everyFileIsOneThatATestKnows() throws Exception {
        try (Stream<Path> files = Files.walk(CLUSTER)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> CLUSTER.relativize(file).toString())
                            .filter(file -> !file.equals("compose/secret.txt")))
                    .containsExactlyInAnyOrder(
                            "README.md",
                            "three-members/run",
                            "three-members/member-1.yml",
                            "three-members/member-2.yml",
                            "three-members/member-3.yml",
                            "three-members/agent.yml",
                            "compose/.gitignore",
                            "compose/Dockerfile",
                            "compose/Dockerfile.dockerignore",
                            "compose/compose.yml",
                            "compose/member.yml",
                            "compose/agent.yml",
                            "compose/haproxy.cfg",
                            "kubernetes/warren.yml",
                            "grafana/.lint",
                            "grafana/warren.json",
                            "prometheus/warren.rules.yml",
                            "systemd/warren.service",
                            "systemd/warren.yml");
        }
    }

    // --- compose

    @Test
    void dockerTakesTheComposition() throws Exception {
        assumeTrue(works("docker", "compose", "version"), "docker compose is not here");
        Command said = Command.run("docker", "compose", "-f", "cluster/compose/compose.yml", "config", "--quiet");
        assertThat(said.code()).as(said.said()).isZero();
    }

    @Test
    void compositionMountsFilesThatAreThereAndGivesMembersTimeToLeave() throws Exception {
        Map<String, Object> compose = new Yaml().load(read("compose/compose.yml"));
        Map<?, ?> services = (Map<?, ?>) compose.get("services");
        assertThat(services.keySet().stream().map(String::valueOf))
                .contains("relay-1", "relay-2", "relay-3", "balancer", "agent");
        for (Object name : services.keySet()) {
            Object service = services.get(name);
            Object volumes = at(service, "volumes");
            for (Object volume : volumes == null ? List.of() : (List<?>) volumes) {
                String file = String.valueOf(volume).split(":", -1)[0];
                assertThat(CLUSTER.resolve("compose").resolve(file)).isRegularFile();
            }
            if (String.valueOf(name).startsWith("relay-")) {
                String patience = String.valueOf(at(service, "stop_grace_period"));
                assertThat(Duration.parse("PT" + patience)).isGreaterThan(TO_LEAVE);
            }
        }
    }

    @Test
    void imageIsThePackagedProgramAndNotRoots() throws Exception {
        List<String> lines = read("compose/Dockerfile").lines().toList();
        assertThat(lines)
                .anyMatch(line -> line.startsWith("FROM ") && line.contains("17"))
                .contains("COPY --chmod=755 target/warren /usr/local/bin/warren")
                .contains("ENTRYPOINT [\"warren\"]")
                .anyMatch(line -> line.matches("USER [1-9]\\d*:[1-9]\\d*"));
        assertThat(read("compose/Dockerfile.dockerignore").lines()).containsExactly("*", "!target/warren");
        assertThat(Files.readString(Path.of("pom.xml"))).contains("${project.build.directory}/warren");
    }

    @Test
    void agentOfTheCompositionStarts() throws Exception {
        try (Rehearsed warren = new Rehearsed()) {
            String file = CLUSTER.resolve("compose/agent.yml").toString();
            warren.check(file, Sources.files(List.of(file)));
            checkMember(warren, read("compose/member.yml"), "/run/secrets/cluster", "relay-1");
        }
    }

    /** As its command line completes it. */
    private void checkMember(Rehearsed warren, String text, String secret, String host) throws Exception {
        Path file = directory.resolve("secret");
        Files.writeString(file, "as random as can be\n");
        Files.writeString(directory.resolve("agents"), "alice wonderland\n");
        Files.writeString(directory.resolve("console"), "another one\n");
        Path configuration = Files.writeString(
                directory.resolve("member.yml"),
                text.replace(secret, file.toString())
                        .replace(
                                "/run/secrets/warren/agents",
                                directory.resolve("agents").toString())
                        .replace(
                                "/run/secrets/warren/console",
                                directory.resolve("console").toString())
                        // Else it warns of passwords in the clear, and rightly: who reaches them is the network
                        // policy's matter.
                        .replace("\":8422\"", "127.0.0.1:8422"));
        CommandLine line = CommandLine.parse(
                List.of("-C", configuration.toString(), "--member", "one", "--cluster-addr", host + ":5701"));
        warren.check(text, line.sources());
    }

    // --- Kubernetes

    private static List<Object> manifests() throws Exception {
        List<Object> all = new ArrayList<>();
        new Yaml().loadAll(read("kubernetes/warren.yml")).forEach(all::add);
        return all;
    }

    private static Object manifest(String kind, String name) throws Exception {
        return manifests().stream()
                .filter(one -> at(one, "kind").equals(kind)
                        && at(one, "metadata", "name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void schemasOfKubernetesAreKept() throws Exception {
        String file = CLUSTER.resolve("kubernetes/warren.yml").toString();
        String[] validator = works("kubeconform", "-v")
                ? new String[] {"kubeconform", "-strict", "-summary", file}
                : new String[] {"kubernetes-validate", "--strict", file};
        assumeTrue(
                works(validator[0], validator[0].equals("kubeconform") ? "-v" : "--version"),
                "neither kubeconform nor kubernetes-validate is on the PATH");
        Command said = Command.run(validator);
        assertThat(said.code()).as(said.said()).isZero();
    }

    @Test
    void manifestsFitEachOther() throws Exception {
        Object set = manifest("StatefulSet", "warren");
        Object pod = at(set, "spec", "template", "spec");
        Object labels = at(set, "spec", "template", "metadata", "labels");
        Object headless = manifest("Service", "members");
        assertThat(at(set, "spec", "serviceName")).isEqualTo("members");
        assertThat(at(headless, "spec", "clusterIP")).isEqualTo("None");
        assertThat(at(headless, "spec", "publishNotReadyAddresses")).isEqualTo(true);
        assertThat(at(headless, "spec", "selector")).isEqualTo(labels);
        assertThat(at(manifest("Service", "warren"), "spec", "selector")).isEqualTo(labels);
        assertThat(at(manifest("PodDisruptionBudget", "warren"), "spec", "selector", "matchLabels"))
                .isEqualTo(labels);
        assertThat(at(manifest("PodDisruptionBudget", "warren"), "spec", "maxUnavailable"))
                .isEqualTo(1);
        assertThat((Integer) at(set, "spec", "replicas")).isGreaterThanOrEqualTo(3);
        assertThat(Duration.ofSeconds((Integer) at(pod, "terminationGracePeriodSeconds")))
                .isGreaterThan(TO_LEAVE);
        List<String> volumes = new ArrayList<>();
        ((List<?>) at(pod, "volumes")).forEach(volume -> volumes.add(String.valueOf(at(volume, "name"))));
        ((List<?>) at(pod, "containers", 0, "volumeMounts"))
                .forEach(mount -> assertThat(volumes).contains(String.valueOf(at(mount, "name"))));
        assertThat(String.valueOf(at(manifest("ConfigMap", "warren"), "data", "warren.yml")))
                .contains("dns:" + at(headless, "metadata", "name"));
    }

    @Test
    void podIsProbedAtTheConsoleAndDrainedBeforeItEnds() throws Exception {
        Object container = at(manifest("StatefulSet", "warren"), "spec", "template", "spec", "containers", 0);
        assertThat(at(container, "readinessProbe", "httpGet", "path")).isEqualTo("/cluster/ready");
        for (String probe : List.of("livenessProbe", "startupProbe")) {
            assertThat(at(container, probe, "httpGet", "path")).isEqualTo("/cluster/live");
        }
        assertThat((List<?>) at(container, "ports"))
                .anyMatch(port -> at(port, "name").equals("console"));
        List<?> command = (List<?>) at(container, "lifecycle", "preStop", "exec", "command");
        Path script = Files.writeString(directory.resolve("script"), String.valueOf(command.get(2)));
        Command said = Command.run("sh", "-n", script.toString());
        assertThat(said.code()).as(said.said()).isZero();
        assertThat(Files.readString(script)).contains("warren ctl drain \"$POD_NAME\"");
    }

    @Test
    void argumentsOfThePodAreUnderstood() throws Exception {
        Object container = at(manifest("StatefulSet", "warren"), "spec", "template", "spec", "containers", 0);
        assertThat((List<?>) at(container, "args"))
                .hasToString("[-C, /etc/warren/warren.yml, --member, $(POD_NAME), --cluster-addr, $(POD_IP):5701]");
        try (Rehearsed warren = new Rehearsed()) {
            String text = String.valueOf(at(manifest("ConfigMap", "warren"), "data", "warren.yml"));
            checkMember(warren, text, "/run/secrets/warren/cluster", "10.1.2.3");
        }
    }

    // --- systemd

    @Test
    void unitIsRightAndHardened() throws Exception {
        assumeTrue(works("systemd-analyze", "--version"), "systemd-analyze is not here");
        Path unit = Files.writeString(
                directory.resolve("warren.service"),
                read("systemd/warren.service").replace("/usr/local/bin/warren", "/bin/true"));
        Command verified = Command.run("systemd-analyze", "verify", unit.toString());
        assertThat(verified.code()).as(verified.said()).isZero();
        assertThat(verified.said()).doesNotContain("warren.service");
        Command security =
                Command.run("systemd-analyze", "security", "--offline=true", "--threshold=25", unit.toString());
        assertThat(security.code()).as(security.said()).isZero();
    }

    @Test
    void unitGivesTheMemberTimeToLeaveAndItsConfigurationIsRight() throws Exception {
        String unit = read("systemd/warren.service");
        assertThat(unit).containsPattern("(?m)^ExecStart=/usr/local/bin/warren -C /etc/warren/warren\\.yml$");
        long patience = unit.lines()
                .filter(line -> line.startsWith("TimeoutStopSec="))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow();
        assertThat(Duration.ofSeconds(patience)).isGreaterThan(TO_LEAVE);
        try (Rehearsed warren = new Rehearsed()) {
            checkMember(
                    warren, read("systemd/warren.yml"), "/run/credentials/warren.service/cluster-secret", "10.0.0.1");
        }
    }
}
