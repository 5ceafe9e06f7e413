package io.warren.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.warren.fixture.Command;
import io.warren.fixture.Namespace;
import io.warren.fixture.Opened;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** {@code cluster/compose} without Docker: the same commands with the same files, each service at a place of its own that has its name. */
class ComposeTest {
    private static final Path COMPOSE = Path.of("cluster/compose").toAbsolutePath();

    @TempDir
    private Path directory;

    private final Map<String, Program> programs = new LinkedHashMap<>();

    @AutoClose
    private final Opened opened = new Opened();

    private Lab lab;

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() throws Exception {
        Map<String, Object> compose = new Yaml().load(Files.readString(COMPOSE.resolve("compose.yml")));
        return (Map<String, Map<String, Object>>) compose.get("services");
    }

    @Test
    void everyCommandRunsAndAMemberThatLeavesIsNotNoticed() throws Exception {
        Command.assume("haproxy");
        Map<String, Map<String, Object>> services = services();
        lab = opened.keep(Lab.with(services.keySet().toArray(String[]::new)));
        assumeTrue(lab.isNetwork(), "no network namespaces here (needs root and iproute2)");
        Files.writeString(directory.resolve("secret"), "as random as can be\n");
        List<String> names = services.keySet().stream()
                .map(service -> lab.host(service) + " " + service)
                .toList();
        // The balancer, which does not start without its servers' names, and the agent depend on the members.
        for (String service : services.keySet()) {
            Namespace place = lab.where(service).orElseThrow();
            place.hosts(names);
            run(service, services.get(service));
        }
        Until.passes(Duration.ofSeconds(90), () -> assertThat(get()).isEqualTo(200));
        HttpRequests during = new HttpRequests();
        programs.get("relay-1").signal("TERM");
        while (programs.get("relay-1").process().isAlive()) {
            during.one();
        }
        for (int i = 0; i < 50; i++) {
            during.one();
        }
        assertThat(during.failed).as("of " + during.all).isEmpty();
        assertThat(programs.get("relay-1").exitCode()).isZero();
    }

    /** What visitors of the balancer get. */
    private final class HttpRequests {
        private final List<String> failed = new ArrayList<>();
        private int all;

        void one() throws InterruptedException {
            all++;
            try {
                int status = get();
                if (status != 200) {
                    failed.add("status " + status);
                }
            } catch (java.io.IOException e) {
                failed.add(e.toString());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private int get() throws java.io.IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + lab.host("balancer") + ":8080/"))
                .timeout(Duration.ofSeconds(15))
                .build();
        // A connection for each, as visitors have.
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private void run(String service, Map<String, Object> entry) throws Exception {
        Path home = Files.createDirectories(directory.resolve(service));
        List<String> command = new ArrayList<>();
        for (Object word : (List<?>) entry.get("command")) {
            command.add(here(String.valueOf(word), entry, home));
        }
        Optional<Namespace> where = lab.where(service);
        programs.put(
                service,
                opened.keep(
                        entry.get("image").equals("warren")
                                ? Program.warren(where, home, command.toArray(String[]::new))
                                : Program.start(where, home, command)));
    }

    /** A file of the container, as a file of this machine. */
    private String here(String word, Map<String, Object> entry, Path home) throws Exception {
        for (Object volume : (List<?>) entry.getOrDefault("volumes", List.of())) {
            String[] parts = String.valueOf(volume).split(":", -1);
            if (parts[1].equals(word)) {
                Path file = COMPOSE.resolve(parts[0]).normalize();
                String text = Files.readString(file)
                        .replace(
                                "/run/secrets/cluster",
                                directory.resolve("secret").toString());
                return Files.writeString(home.resolve(file.getFileName().toString()), text)
                        .toString();
            }
        }
        return word;
    }
}
