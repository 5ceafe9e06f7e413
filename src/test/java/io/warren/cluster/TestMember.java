package io.warren.cluster;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.warren.catalog.Catalog;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Ports;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.UdpOptions;
import io.warren.net.UdpSocket;
import io.warren.service.Activity;
import io.warren.service.Endpoints;
import io.warren.service.VisitorPorts;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Foreign;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Secret;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A member in the test's JVM: a Vert.x with two event loops, endpoints with real ports, and a cluster. */
final class TestMember {
    private static final int LOOPS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final String host;
    final Vertx vertx = Loops.builder(new VertxOptions()
                    .setPreferNativeTransport(true)
                    .setEventLoopPoolSize(LOOPS)
                    .setWorkerPoolSize(4))
            .build();
    final Endpoints endpoints;
    final Cluster cluster;

    private boolean closed;

    /** How registrations of other members are used here, by the registration's endpoint. */
    final Map<String, Long> foreign = new java.util.concurrent.ConcurrentHashMap<>();

    TestMember(ClusterOptions options) {
        this.host = options.addr().host();
        Map<Network, Function<io.warren.spi.Scope, io.warren.spi.Listener>> listeners = new HashMap<>();
        listeners.put(Network.TCP, Catalog.ALL.listener("tcp").orElseThrow().read(MapSettings.of()));
        listeners.put(
                Network.UDP,
                Catalog.ALL
                        .listener("udp")
                        .orElseThrow()
                        .read(MapSettings.of("metadata", MapSettings.entry("keepalive", true))));
        endpoints = new Endpoints(vertx, new VisitorPorts(listeners, new Activity()), Optional.of(host));
        cluster = Cluster.start(vertx, LOOPS, options, new Registrations() {
            @Override
            public Foreign.Told appeared(Foreign registration) {
                String name = registration.endpoint().toString();
                foreign.put(name, registration.id());
                Foreign.Told told = endpoints.appeared(registration);
                return new Foreign.Told() {
                    @Override
                    public void live(int streams) {
                        told.live(streams);
                    }

                    @Override
                    public void vanished(boolean returns) {
                        foreign.remove(name, registration.id());
                        told.vanished(returns);
                    }
                };
            }

            @Override
            public void revived() {
                endpoints.revived();
            }

            @Override
            public Map<Long, Integer> counts() {
                return endpoints.counts();
            }

            @Override
            public Optional<Egress> own(long id) {
                return endpoints.own(id);
            }
        });
        endpoints.join(cluster);
    }

    /** A port for Hazelcast that is free on all hosts, and the two that go with it. */
    static int freePort(String... hosts) {
        return Ports.free(List.of(hosts), 0, 100, 200);
    }

    static ClusterOptions options(String host, int port, String secret, List<String> hosts) {
        return options(host, port, secret, hosts, true);
    }

    static ClusterOptions options(String host, int port, String secret, List<String> hosts, boolean trunkTls) {
        return new ClusterOptions(
                "test",
                Secret.of(secret),
                "m-" + host,
                Address.of(host, port),
                Address.of(host, port + 100),
                trunkTls,
                Address.of(host, port + 200),
                hosts.stream().map(h -> Address.of(h, port)).toList(),
                1,
                Duration.ofSeconds(30));
    }

    static <T> T await(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + ": not within " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    /** The way of an agent to {@code target}. */
    static Egress to(Address target) {
        return new Egress() {
            @Override
            public Future<Stream> connect(Session session, Destination visited) {
                return TcpDial.connect(Vertx.currentContext(), target, DialOptions.DEFAULT);
            }

            @Override
            public Future<DatagramFlow> associate(Session session, Optional<Destination> visited) {
                return UdpSocket.connect(Vertx.currentContext(), target, DialOptions.DEFAULT, UdpOptions.DEFAULT)
                        .map(Function.identity());
            }
        };
    }

    /** Publishes on this member's next event loop. */
    Registration bind(String user, Network network, String name, Egress back, int uses) throws Exception {
        Offer offer = new Offer(Optional.of(user), Optional.empty(), 1, uses, Offer.Reach.CLUSTER);
        Context context = Loops.next(vertx);
        Promise<Registration> published = Promise.promise();
        context.runOnContext(v -> endpoints
                .publish(Session.of("test", Address.NONE, Address.NONE), new Endpoint(network, name), offer, back)
                .onComplete(published));
        return await(published.future());
    }

    boolean knows(Registration registration) {
        return foreign.keySet().stream()
                .anyMatch(name -> name.endsWith(" :" + registration.address().port()));
    }

    HazelcastInstance hazelcast() {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> instance.getCluster()
                        .getLocalMember()
                        .getAttribute(HazelcastSettings.NAME)
                        .equals("m-" + host))
                .findFirst()
                .orElseThrow();
    }

    /** What a killed process does: nothing is said to anybody. */
    void die() {
        hazelcast().getLifecycleService().terminate();
    }

    void close() throws Exception {
        if (closed) {
            return;
        }
        closed = true;
        await(cluster.leave());
        await(vertx.close());
    }
}
