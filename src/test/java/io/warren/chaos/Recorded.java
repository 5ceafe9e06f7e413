package io.warren.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.sun.net.httpserver.HttpServer;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** Requests through a member's proxy that keeps records with bodies, and what became of these. */
final class Recorded implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final byte[] BODY = new byte[400_000];
    private static final String DROPS = "warren_records_dropped_total{recorder=\"sessions\"} ";

    private final Formation formation;
    private final String member;
    private final SmallDisk disk;
    private final HttpServer target;
    private final HttpClient client;
    private final HttpClient direct = HttpClient.newHttpClient();
    private Footprint last;

    Recorded(Formation formation, String member, SmallDisk disk, String origin) throws IOException {
        this.formation = formation;
        this.member = member;
        this.disk = disk;
        target = HttpServer.create(new InetSocketAddress(InetAddress.getByName(origin), 0), 0);
        target.createContext("/", exchange -> {
            long read = exchange.getRequestBody().readAllBytes().length;
            exchange.sendResponseHeaders(read == BODY.length ? 204 : 400, -1);
            exchange.close();
        });
        target.start();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(ProxySelector.of(formation.recorded(member)))
                .connectTimeout(TIMEOUT)
                .build();
    }

    /** @return how many failed */
    @CanIgnoreReturnValue
    int ask(int times) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://"
                        + target.getAddress().getAddress().getHostAddress() + ":"
                        + target.getAddress().getPort() + "/"))
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(BODY))
                .build();
        int failed = 0;
        for (int i = 0; i < times; i++) {
            try {
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                failed += status == 204 ? 0 : 1;
            } catch (IOException e) {
                System.out.println("    " + e);
                failed++;
            }
        }
        return failed;
    }

    /** All of them are in the file. */
    void written(int count) throws Exception {
        Until.passes(PATIENCE, () -> assertThat(inFile()).isEqualTo(count));
    }

    /** Each of so many is in the file or counted as lost, and the log has gone on. */
    void recovered(int count) throws Exception {
        Until.passes(PATIENCE, () -> {
            assertThat(inFile() + lost()).isEqualTo(count);
            assertThat(log()).anyMatch(line -> line.contains("recorder sessions: written again"));
        });
    }

    int inFile() throws IOException {
        List<String> records = Files.readAllLines(disk.file("records"));
        if (!records.stream().allMatch(line -> line.startsWith("{") && line.endsWith("}"))) {
            throw new AssertionError("a record that is there in part only");
        }
        return records.size();
    }

    long lost() throws IOException {
        try {
            String figures = direct.send(
                            HttpRequest.newBuilder(URI.create("http://"
                                            + formation.metrics(member).getHostString() + ":"
                                            + formation.metrics(member).getPort() + "/metrics"))
                                    .timeout(TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return figures.lines()
                    .filter(line -> line.startsWith(DROPS))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(DROPS.length())))
                    .findFirst()
                    .orElse(0);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(disk.file("warren.log"));
    }

    boolean lossIsTold() throws IOException {
        long lost = lost();
        return lost > 0
                && log().stream()
                                .filter(line -> line.contains(
                                        "recorder sessions: written again, " + lost + " records were dropped"))
                                .count()
                        == 1;
    }

    /** Soon. */
    boolean isBack(Footprint before) throws Exception {
        for (int i = 0; i < 10; i++) {
            last = Footprint.of(formation.pid(member));
            if (last.isBackAt(before)) {
                return true;
            }
            Thread.sleep(500);
        }
        return false;
    }

    Footprint footprint() {
        return last;
    }

    @Override
    public void close() {
        target.stop(0);
    }
}
