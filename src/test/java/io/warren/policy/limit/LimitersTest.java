package io.warren.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.Pace;
import io.warren.net.Paces;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitersTest {
    private static final Address ANN = Address.of("192.0.2.1", 40_000);
    private static final Address BEN = Address.of("192.0.2.2", 40_000);
    private static final Address EVE = Address.of("2001:db8::1", 40_000);

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private static MapSettings limits(String... lines) {
        return MapSettings.of("name", "some", "limits", List.of(lines));
    }

    /** A connection that is open until the test closes it. */
    private final List<ServerSocket> servers = new ArrayList<>();

    private Stream connection() throws Exception {
        ServerSocket server = new ServerSocket(0);
        servers.add(server);
        Promise<Stream> made = Promise.promise();
        vertx.getOrCreateContext()
                .runOnContext(v -> TcpDial.connect(
                                Vertx.currentContext(),
                                Address.of("127.0.0.1", server.getLocalPort()),
                                DialOptions.DEFAULT)
                        .onComplete(made));
        return Until.done(made.future());
    }

    private static boolean isSlow(Pace pace, long bytes) {
        pace.passed(bytes);
        return pace.delayNanos() > 0;
    }

    // --- connections

    private static Optional<String> admit(ConnectionLimiter limiter, Address client, Stream connection) {
        return limiter.admit(client, connection).map(ProxyException::getMessage);
    }

    @Test
    void aConnectionCountsUntilItIsClosed() throws Exception {
        ConnectionLimiter limiter = ConnectionLimiter.read(vertx, limits("$$ 1", "$ 2"));
        Stream first = connection();
        assertThat(admit(limiter, ANN, first)).isEmpty();
        assertThat(admit(limiter, ANN, first)).contains("climiter some: more than 1 connections of $$");
        assertThat(admit(limiter, BEN, connection())).isEmpty();
        assertThat(admit(limiter, EVE, connection())).contains("climiter some: more than 2 connections of $");

        first.context().runOnContext(v -> first.close());
        Until.done(first.closed());
        Stream second = connection();
        Until.holds(() -> admit(limiter, EVE, second).isEmpty());
        assertThat(admit(limiter, EVE, second)).contains("climiter some: more than 1 connections of $$");
    }

    @Test
    void whoIsNamedIsNotWhatEachIs() throws Exception {
        ConnectionLimiter limiter =
                ConnectionLimiter.read(vertx, limits("$$ 1", "192.0.2.0/24 2", "192.0.2.2 3", "$$ 1"));
        Stream connection = connection();
        for (int i = 0; i < 2; i++) {
            assertThat(admit(limiter, ANN, connection)).isEmpty();
        }
        assertThat(admit(limiter, ANN, connection)).contains("climiter some: more than 2 connections of 192.0.2.0/24");
        for (int i = 0; i < 3; i++) {
            assertThat(admit(limiter, BEN, connection)).isEmpty();
        }
        assertThat(admit(limiter, BEN, connection)).contains("climiter some: more than 3 connections of 192.0.2.2");
        assertThat(admit(limiter, EVE, connection)).isEmpty();
        assertThat(admit(limiter, EVE, connection)).isPresent();
    }

    @Test
    void connectionsAreStillCountedByTheLimiterThatTakesOver() throws Exception {
        ConnectionLimiter earlier = ConnectionLimiter.read(vertx, limits("$ 1"));
        Stream old = connection();
        assertThat(admit(earlier, ANN, old)).isEmpty();
        ConnectionLimiter limiter = ConnectionLimiter.read(vertx, limits("$ 2"));
        limiter.takeOver(earlier);
        Stream connection = connection();
        assertThat(admit(limiter, ANN, connection)).isEmpty();
        assertThat(admit(limiter, ANN, connection)).isPresent();

        old.context().runOnContext(v -> old.close());
        Until.holds(() -> admit(limiter, ANN, connection).isEmpty());
    }

    // --- requests

    @Test
    void requestsAreRefusedOnceTheBurstIsGone() {
        RequestLimiter limiter = RequestLimiter.read(vertx, limits("$$ 0.001", "192.0.2.2 1.0005", "2001:db8::/32 0"));
        assertThat(limiter.admit(ANN)).isEmpty();
        assertThat(limiter.admit(ANN).map(ProxyException::getMessage))
                .contains("rlimiter some: more than 0.001 requests a second of $$");
        assertThat(limiter.admit(ANN).map(ProxyException::kind)).contains(ProxyException.Kind.LIMITED);
        for (int i = 0; i < 2; i++) {
            assertThat(limiter.admit(BEN)).isEmpty();
        }
        // The third may come after a second, which may have gone by.
        Optional<ProxyException> refused = Optional.empty();
        for (int i = 0; i < 1000 && refused.isEmpty(); i++) {
            refused = limiter.admit(BEN);
        }
        assertThat(refused.map(ProxyException::getMessage))
                .contains("rlimiter some: more than 1.0005 requests a second of 192.0.2.2");
        assertThat(limiter.admit(EVE)).isEmpty();
        assertThat(limiter.admit(EVE)).isPresent();
    }

    @Test
    void requestsOfAllAreCountedTogether() {
        RequestLimiter limiter = RequestLimiter.read(vertx, limits("$ 0.001"));
        assertThat(limiter.admit(ANN)).isEmpty();
        assertThat(limiter.admit(BEN).map(ProxyException::getMessage))
                .contains("rlimiter some: more than 0.001 requests a second of $");
    }

    // --- traffic

    @Test
    void eachDirectionHasItsRateAndNoneIsFree() {
        TrafficLimiter limiter = TrafficLimiter.read(vertx, limits("$ 1KB 0 2KB", "$$ 0B 10B"));
        Paces all = limiter.all();
        assertThat(all.toClient()).isSameAs(Pace.FREE);
        assertThat(isSlow(all.fromClient(), 2000)).isFalse();
        assertThat(isSlow(all.fromClient(), 4000)).isTrue();
        assertThat(limiter.connection(ANN).fromClient()).isSameAs(Pace.FREE);
        assertThat(isSlow(limiter.connection(ANN).toClient(), 1000)).isTrue();
        // Another connection has a bucket of its own.
        assertThat(limiter.connection(ANN).toClient().delayNanos()).isZero();
    }

    @Test
    void connectionsOfOneClientShareWhatTheClientMay() {
        TrafficLimiter limiter = TrafficLimiter.read(vertx, limits("192.0.2.0/24 1B", "2001:db8::1 1B"));
        assertThat(isSlow(limiter.connection(ANN).fromClient(), 1000)).isTrue();
        assertThat(limiter.connection(ANN).fromClient().delayNanos()).isPositive();
        assertThat(limiter.connection(BEN).fromClient().delayNanos()).isZero();
        assertThat(isSlow(limiter.connection(EVE).fromClient(), 1000)).isTrue();
        assertThat(limiter.connection(EVE).fromClient().delayNanos()).isPositive();
        assertThat(limiter.all()).isEqualTo(Paces.FREE);
    }

    @Test
    void changedRatesCountForConnectionsThatAreThere() throws Exception {
        Path file = folder.resolve("limits");
        Files.writeString(file, "$ 1B # slow\n$$\t1B\n");
        TrafficLimiter limiter = TrafficLimiter.read(
                vertx, MapSettings.of("reload", "1s", "file", MapSettings.entry("path", file.toString())));
        Until.done(limiter.ready());
        Pace all = limiter.all().fromClient();
        Pace each = limiter.connection(ANN).fromClient();
        assertThat(isSlow(all, 1000)).isTrue();
        assertThat(isSlow(each, 1000)).isTrue();

        Files.writeString(file, "$ 1GB\n");
        Until.holds(() -> all.delayNanos() == 0 && each.delayNanos() == 0);
        assertThat(isSlow(each, 1L << 40)).isFalse();
        assertThat(isSlow(all, 1L << 40)).isTrue();
        limiter.close();
    }

    @Test
    void theLimiterThatTakesOverKnowsWhatWasUsed() {
        TrafficLimiter earlier = TrafficLimiter.read(vertx, limits("$ 1B", "$$ 1B"));
        Paces old = earlier.all();
        Pace each = earlier.connection(ANN).fromClient();
        assertThat(isSlow(old.fromClient(), 1000)).isTrue();
        assertThat(isSlow(each, 1000)).isTrue();
        TrafficLimiter limiter = TrafficLimiter.read(vertx, limits("$ 2B"));
        limiter.takeOver(earlier);
        assertThat(limiter.all().fromClient()).isSameAs(old.fromClient());
        assertThat(limiter.all().fromClient().delayNanos()).isPositive();
        assertThat(each.delayNanos()).isZero();
    }

    @Test
    void datagramsPassOrDoNot() {
        Pace pace = TrafficLimiter.read(vertx, limits("$ 100B")).all().fromClient();
        assertThat(pace.admits(101)).isFalse();
        assertThat(pace.admits(60)).isTrue();
        assertThat(pace.admits(60)).isFalse();
    }

    // --- mistakes

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$ 100k | limits: \"$ 100k\": rate from clients \"100k\" (expected: a size with a unit, such as 100B, 512KB or 1.5MB, or 0)",
                "$ 1MB x | limits: \"$ 1MB x\": rate to clients \"x\" (expected: a size with a unit, such as 100B, 512KB or 1.5MB, or 0)",
                "$ 1MB 1MB 9 | limits: \"$ 1MB 1MB 9\": burst \"9\" (expected: a size with a unit, such as 100B, 512KB or 1.5MB, or 0)",
                "$ | limits: \"$\": 0 values (expected: KEY IN [OUT [BURST]])",
                "a.example 1MB | limits: \"a.example 1MB\": key \"a.example\" (expected: $, $$, an IP or a CIDR block)"
            })
    void whatIsNoTrafficLimitIsAnError(String line, String problem) {
        MapSettings settings = limits(line);
        assertThat(TrafficLimiter.read(vertx, settings)).isNotNull();
        assertThat(settings.problems()).singleElement().asString().endsWith(problem);
    }

    @ParameterizedTest
    @CsvSource({"$ x", "$ 1.5", "$", "$ -1", "$ 1 2", "10.0.0.0/40 1"})
    void whatIsNoNumberOfConnectionsIsAnError(String line) {
        MapSettings settings = limits(line);
        assertThat(ConnectionLimiter.read(vertx, settings)).isNotNull();
        assertThat(settings.problems()).singleElement().asString().contains("\"" + line + "\": ");
    }

    @ParameterizedTest
    @CsvSource({"$ x", "$ 1x", "$", "$ -1", "$ 1 2", "$ NaN", "$ 1e400"})
    void whatIsNoNumberOfRequestsIsAnError(String line) {
        MapSettings settings = limits(line);
        assertThat(RequestLimiter.read(vertx, settings)).isNotNull();
        assertThat(settings.problems()).singleElement().asString().contains("\"" + line + "\": ");
    }

    @Test
    void clientsBeyondTheMostShareOneBucket() {
        Buckets<Object> buckets = new Buckets<>(b -> false);
        for (int i = 0; i < 100_000; i++) {
            Object bucket = buckets.of("c" + i, b -> true, Object::new);
            assertThat(buckets.of("c" + i, b -> true, Object::new)).isSameAs(bucket);
        }
        assertThat(buckets.of("x", b -> true, Object::new)).isSameAs(buckets.of("y", b -> true, Object::new));
    }

    @Test
    void bucketsThatAreAsNewAreForgotten() {
        Buckets<Object> buckets = new Buckets<>(b -> true);
        Object first = buckets.of("c0", b -> true, Object::new);
        for (int i = 1; i < 10_001; i++) {
            assertThat(buckets.of("c" + i, b -> true, Object::new)).isNotNull();
        }
        assertThat(buckets.of("c0", b -> true, Object::new)).isNotSameAs(first);
    }

    @AfterEach
    void closeServers() throws Exception {
        for (ServerSocket server : servers) {
            server.close();
        }
    }
}
