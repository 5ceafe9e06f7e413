package io.warren.policy.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Egress;
import io.warren.spi.Session;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsResolverTest {
    private final Vertx vertx = Loops.create();
    private final SystemEgress egress = new SystemEgress();
    private final AtomicLong nanos = new AtomicLong();
    private final Session session = Session.of("test", Address.of("192.0.2.1", 1234), Address.of("127.0.0.1", 80));
    private DnsServer server;

    @BeforeEach
    void start() throws Exception {
        server = DnsServer.start(vertx, "127.0.0.1");
        server.does(query -> DnsServer.records(query, 300, "192.0.2.10", "192.0.2.11", "2001:db8::10"));
    }

    @AfterEach
    void close() throws Exception {
        Until.holds(() -> egress.open.get() == 0);
        Until.done(vertx.close());
    }

    private DnsResolver resolver(Object... nameserver) {
        return resolver(List.of(MapSettings.entry(nameserver)));
    }

    private DnsResolver resolver(List<Map<String, Object>> nameservers) {
        MapSettings settings = MapSettings.of("nameservers", nameservers);
        List<Nameserver> servers = NameserverReader.read(settings, egress, name -> Optional.empty());
        assertThat(settings.problems()).isEmpty();
        return new DnsResolver(vertx, servers, nanos::get);
    }

    private String udp() {
        return "127.0.0.1:" + server.port();
    }

    private <T> T onLoop(Supplier<Future<T>> action) throws Exception {
        return Until.done(start(vertx.getOrCreateContext(), action));
    }

    private static <T> Future<T> start(Context context, Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> action.get().onComplete(promise));
        return promise.future();
    }

    private List<String> addresses(DnsResolver resolver, String host) throws Exception {
        return onLoop(() -> resolver.addresses(session, host)).stream()
                .map(ip -> Address.of(new java.net.InetSocketAddress(ip, 0)).host())
                .toList();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "udp://", "tcp://", "TCP://"})
    void addressesComeInTheOrderOfTheAnswer(String scheme) throws Exception {
        DnsResolver resolver = resolver("addr", scheme + udp());

        assertThat(addresses(resolver, "Example.COM.")).containsExactly("192.0.2.10", "192.0.2.11");
        assertThat(onLoop(() -> resolver.resolve(session, "example.com")))
                .isEqualTo(InetAddress.getByName("192.0.2.10"));
        assertThat(server.asked())
                .containsExactly((scheme.equalsIgnoreCase("tcp://") ? "tcp" : "udp") + " A example.com");
    }

    @Test
    void nameserverWithAnIpv6AddressIsReached() throws Exception {
        DnsServer six = DnsServer.start(vertx, "::1");
        six.does(query -> DnsServer.records(query, 300, "2001:db8::6"));

        assertThat(addresses(resolver("addr", "[::1]:" + six.port()), "a.org")).containsExactly("2001:db8::6");
        assertThat(addresses(resolver("addr", "tcp://[::1]:" + six.port()), "a.org"))
                .containsExactly("2001:db8::6");
    }

    @Test
    void literalIsItsOwnAddress() throws Exception {
        assertThat(addresses(resolver("addr", udp()), "2001:db8::1")).containsExactly("2001:db8::1");
        assertThat(addresses(resolver("addr", udp()), "192.0.2.1")).containsExactly("192.0.2.1");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void preferredFamilyIsAskedFirstAndTheOtherWhenItHasNothing() throws Exception {
        assertThat(addresses(resolver("addr", udp(), "prefer", "ipv6"), "a.org"))
                .containsExactly("2001:db8::10");
        assertThat(server.asked()).containsExactly("udp AAAA a.org");

        server.does(query -> DnsServer.records(query, 300, "192.0.2.1"));
        assertThat(addresses(resolver("addr", udp(), "prefer", "ipv6"), "b.org"))
                .containsExactly("192.0.2.1");
        assertThat(server.asked()).endsWith("udp AAAA b.org", "udp A b.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip6", "ipv6", "IPv6"})
    void onlyOneFamilyIsAsked(String only) throws Exception {
        assertThat(addresses(resolver("addr", udp(), "only", only, "prefer", "ipv4"), "a.org"))
                .containsExactly("2001:db8::10");

        server.does(query -> DnsServer.records(query, 300, "192.0.2.1"));
        DnsResolver resolver = resolver("addr", udp(), "only", only);
        assertThatThrownBy(() -> addresses(resolver, "b.org"))
                .isInstanceOf(ProxyException.class)
                .hasMessage("no address for b.org");
        assertThat(server.asked()).containsExactly("udp AAAA a.org", "udp AAAA b.org");
    }

    @Test
    void answerIsKeptForItsTimeWhateverTheCase() throws Exception {
        DnsResolver resolver = resolver("addr", udp());
        assertThat(addresses(resolver, "a.org")).hasSize(2);
        pass(Duration.ofSeconds(299));
        assertThat(addresses(resolver, "A.ORG")).hasSize(2);
        assertThat(server.asked()).hasSize(1);

        pass(Duration.ofSeconds(2));
        assertThat(addresses(resolver, "a.org")).hasSize(2);
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void timeOfTheConfigurationGoesBeforeThatOfTheAnswer() throws Exception {
        DnsResolver resolver = resolver("addr", udp(), "ttl", Duration.ofSeconds(10));
        assertThat(addresses(resolver, "a.org")).hasSize(2);
        pass(Duration.ofSeconds(11));
        assertThat(addresses(resolver, "a.org")).hasSize(2);

        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void negativeTimeKeepsNothing() throws Exception {
        DnsResolver resolver = resolver("addr", udp(), "ttl", Duration.ofSeconds(-1), "async", true);
        assertThat(addresses(resolver, "a.org")).hasSize(2);
        assertThat(addresses(resolver, "a.org")).hasSize(2);

        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void emptyAnswerIsKeptForAMinute() throws Exception {
        server.does(query -> DnsServer.records(query, 300));
        DnsResolver resolver = resolver("addr", udp());
        assertThatThrownBy(() -> addresses(resolver, "a.org")).isInstanceOf(ProxyException.class);
        pass(Duration.ofSeconds(59));
        assertThatThrownBy(() -> addresses(resolver, "a.org")).isInstanceOf(ProxyException.class);
        assertThat(server.asked()).containsExactly("udp A a.org", "udp AAAA a.org");

        pass(Duration.ofSeconds(2));
        assertThatThrownBy(() -> addresses(resolver, "a.org")).isInstanceOf(ProxyException.class);
        assertThat(server.asked()).hasSize(4);
    }

    @Test
    void oldAnswerIsGivenWhileItIsAskedForAgain() throws Exception {
        DnsResolver resolver = resolver("addr", udp(), "async", true);
        assertThat(addresses(resolver, "a.org")).contains("192.0.2.10");
        pass(Duration.ofSeconds(301));
        server.does(query -> DnsServer.records(query, 300, "192.0.2.99"));

        assertThat(addresses(resolver, "a.org")).contains("192.0.2.10");
        Until.holds(() -> server.asked().size() == 2);
        Until.holds(() -> {
            try {
                return addresses(resolver, "a.org").contains("192.0.2.99");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void nextServerIsAskedWhenOneKnowsNothingOrIsSilent() throws Exception {
        DnsServer silent = DnsServer.start(vertx, "127.0.0.1");
        DnsServer empty = DnsServer.start(vertx, "127.0.0.1");
        empty.does(query -> DnsServer.records(query, 300));
        DnsServer none = DnsServer.start(vertx, "127.0.0.1");
        none.does(query -> DnsServer.code(query, 3));
        DnsServer failing = DnsServer.start(vertx, "127.0.0.1");
        failing.does(query -> DnsServer.code(query, 2));
        List<Map<String, Object>> all = new ArrayList<>();
        for (DnsServer one : List.of(silent, empty, none, failing, server)) {
            all.add(MapSettings.entry(
                    "addr", "127.0.0.1:" + one.port(), "timeout", Duration.ofMillis(200), "ttl", Duration.ofNanos(-1)));
        }

        assertThat(addresses(resolver(all), "a.org")).contains("192.0.2.10");
        assertThat(silent.asked()).containsExactly("udp A a.org");
        assertThat(empty.asked()).containsExactly("udp A a.org", "udp AAAA a.org");
        assertThat(none.asked()).containsExactly("udp A a.org");
        assertThat(failing.asked()).containsExactly("udp A a.org", "udp AAAA a.org");
    }

    @Test
    void silentServerIsGivenUpInTime() {
        server.does(query -> null);
        DnsResolver resolver = resolver("addr", udp(), "timeout", Duration.ofMillis(200));

        assertThatThrownBy(() -> addresses(resolver, "a.org"))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.RESOLVE))
                .hasMessageContaining("no answer within 200 ms");
    }

    @Test
    void silentServerIsGivenUpInTimeOverTcp() {
        server.does(query -> null);
        DnsResolver resolver = resolver("addr", "tcp://" + udp(), "timeout", Duration.ofMillis(200));

        assertThatThrownBy(() -> addresses(resolver, "a.org"))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("200 ms");
    }

    @Test
    void unknownNameIsAFailureOfResolving() {
        server.does(query -> DnsServer.code(query, 3));
        DnsResolver resolver = resolver("addr", udp());

        assertThatThrownBy(() -> addresses(resolver, "a.org"))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.RESOLVE))
                .hasMessage("no address for a.org: nameserver udp://" + udp() + ": no such name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..org", "-é\u0000", "xn--"})
    void whatIsNoNameIsRefusedWithoutAsking(String host) {
        DnsResolver resolver = resolver("addr", udp());
        server.does(query -> DnsServer.code(query, 3));

        assertThatThrownBy(() -> addresses(resolver, host)).isInstanceOf(ProxyException.class);
    }

    @Test
    void tooLongNamesAreRefusedWithoutAsking() {
        DnsResolver resolver = resolver("addr", udp());

        assertThatThrownBy(() -> addresses(resolver, "a".repeat(64) + ".org")).isInstanceOf(ProxyException.class);
        assertThatThrownBy(() -> addresses(resolver, "a.".repeat(127) + "org")).isInstanceOf(ProxyException.class);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void internationalNameIsAskedInAscii() throws Exception {
        assertThat(addresses(resolver("addr", udp()), "b\u00fccher.example")).hasSize(2);

        assertThat(server.asked()).containsExactly("udp A xn--bcher-kva.example");
    }

    @Test
    void truncatedAnswerIsAskedForByTcp() throws Exception {
        server.does(query -> query.transport().equals("udp")
                ? DnsServer.truncated(query)
                : DnsServer.records(query, 300, "192.0.2.1", "192.0.2.2"));

        assertThat(addresses(resolver("addr", udp()), "a.org")).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(server.asked()).containsExactly("udp A a.org", "tcp A a.org");
    }

    @Test
    void serverIsToldTheClientNetwork() throws Exception {
        assertThat(addresses(resolver("addr", udp(), "clientIP", "203.0.113.77"), "a.org"))
                .hasSize(2);
        Buffer four = server.queries().get(0).message();
        // RFC 7871: option 8, 7 bytes, family 1, 24 bits, scope 0
        assertThat(four.getBytes(four.length() - 11, four.length()))
                .isEqualTo(new byte[] {0, 8, 0, 7, 0, 1, 24, 0, (byte) 203, 0, 113});
        assertThat(four.getUnsignedShort(10)).isEqualTo(1);

        assertThat(addresses(resolver("addr", udp(), "clientIP", "2001:db8::5"), "a.org"))
                .hasSize(2);
        Buffer six = server.queries().get(1).message();
        byte[] option = six.getBytes(six.length() - 24, six.length());
        assertThat(Arrays.copyOf(option, 8)).isEqualTo(new byte[] {0, 8, 0, 20, 0, 2, (byte) 128, 0});
        assertThat(Arrays.copyOfRange(option, 8, 24))
                .isEqualTo(InetAddress.getByName("2001:db8::5").getAddress());
    }

    @Test
    void answersToOtherQuestionsAreOverlooked() throws Exception {
        DnsResolver resolver = resolver("addr", udp(), "timeout", Duration.ofMillis(300));
        server.does(query -> {
            Buffer forged = DnsServer.records(query, 300, "203.0.113.66");
            return forged.setUnsignedShort(0, forged.getUnsignedShort(0) ^ 1);
        });
        assertThatThrownBy(() -> addresses(resolver, "a.org")).hasMessageContaining("no answer within 300 ms");

        server.does(query -> {
            Buffer forged = DnsServer.records(query, 300, "203.0.113.66");
            return forged.setByte(13, (byte) 'x');
        });
        assertThatThrownBy(() -> addresses(resolver, "a.org")).hasMessageContaining("no answer within 300 ms");
    }

    @Test
    void equalQuestionsOfAllLoopsAreAskedOnceAndAnsweredOnTheirOwn() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        DnsResolver resolver = resolver("addr", udp());
        for (int loop = 0; loop < 4; loop++) {
            Promise<Void> deployed = Promise.promise();
            io.vertx.core.VerticleBase verticle = new io.vertx.core.VerticleBase() {
                @Override
                public Future<?> start() {
                    Thread own = Thread.currentThread();
                    threads.add(own);
                    for (int i = 0; i < 50; i++) {
                        resolver.resolve(session, "a.org").onComplete(done -> {
                            answers.incrementAndGet();
                            if (Thread.currentThread() != own || done.failed()) {
                                wrong.add(Thread.currentThread() + " " + done);
                            }
                        });
                    }
                    return Future.succeededFuture();
                }
            };
            vertx.deployVerticle(verticle).<Void>mapEmpty().onComplete(deployed);
            Until.done(deployed.future());
        }

        Until.holds(() -> answers.get() == 200);
        assertThat(wrong).isEmpty();
        assertThat(threads).hasSizeGreaterThan(1);
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void questionsGoThroughTheChain() throws Exception {
        AtomicInteger through = new AtomicInteger();
        Egress chain = new Egress() {
            @Override
            public Future<io.warren.net.Stream> connect(Session s, io.warren.spi.Destination target) {
                through.incrementAndGet();
                return egress.connect(s, target);
            }

            @Override
            public Future<io.warren.net.DatagramFlow> associate(Session s, Optional<io.warren.spi.Destination> target) {
                return Future.failedFuture(ProxyException.unsupported("no datagrams"));
            }
        };
        MapSettings settings = MapSettings.of(
                "nameservers",
                List.of(
                        MapSettings.entry("addr", udp(), "chain", "c"),
                        MapSettings.entry("addr", udp(), "chain", "missing"),
                        MapSettings.entry("addr", "tcp://" + udp(), "chain", "c")));
        DnsResolver resolver = DnsResolver.read(
                vertx, settings, egress, name -> name.equals("c") ? Optional.of(chain) : Optional.empty());

        assertThat(addresses(resolver, "a.org")).hasSize(2);
        assertThat(through).hasValue(1);
        assertThat(server.asked()).containsExactly("tcp A a.org");
    }

    @Test
    void nameserversThatAreNotSupportedAreProblems() {
        MapSettings settings = MapSettings.of(
                "nameservers",
                List.of(
                        MapSettings.entry("addr", "tls://1.1.1.1"),
                        MapSettings.entry("addr", "dot://1.1.1.1"),
                        MapSettings.entry("addr", "https://1.1.1.1/dns-query"),
                        MapSettings.entry("addr", "1.1.1.1:x"),
                        MapSettings.entry("addr", "")),
                "plugin",
                MapSettings.entry("addr", "x"));
        assertThat(NameserverReader.read(settings, egress, name -> Optional.empty()))
                .isEmpty();

        assertThat(settings.problems())
                .containsExactly(
                        "section.plugin: plugins are not supported by this version",
                        "section.nameservers[0].addr: nameserver by \"tls\" is not supported by this version (supported: udp, tcp)",
                        "section.nameservers[1].addr: nameserver by \"dot\" is not supported by this version (supported: udp, tcp)",
                        "section.nameservers[2].addr: nameserver by \"https\" is not supported by this version (supported: udp, tcp)",
                        "section.nameservers[3].addr: port \"x\" of address \"1.1.1.1:x\" (expected: 0 to 65535)");
    }

    @Test
    void portOfANameserverIs53() {
        MapSettings settings = MapSettings.of(
                "nameservers",
                List.of(
                        MapSettings.entry("addr", "1.1.1.1"),
                        MapSettings.entry("addr", "tcp://[2001:db8::1]"),
                        MapSettings.entry("addr", "udp://2001:db8::1"),
                        MapSettings.entry("addr", "dns.example:5353")));

        assertThat(NameserverReader.read(settings, egress, name -> Optional.empty()).stream()
                        .map(Nameserver::toString))
                .containsExactly(
                        "udp://1.1.1.1:53",
                        "tcp://[2001:db8::1]:53",
                        "udp://[2001:db8::1]:53",
                        "udp://dns.example:5353");
    }
}
