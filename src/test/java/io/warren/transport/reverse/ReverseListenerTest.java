package io.warren.transport.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.fixture.Rig;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.UdpSessions;
import io.warren.spi.Agent;
import io.warren.spi.Destination;
import io.warren.spi.Door;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Login;
import io.warren.spi.Network;
import io.warren.spi.Notice;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReverseListenerTest {
    private static final Address PLACE = Address.of("", 8000);

    private final Rig rig = new Rig();
    private final FarEnd farEnd = new FarEnd();
    private final List<Inbound> arrivals = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Remembers what it was asked for, and does as it is told. */
    private static final class FarEnd implements Egress {
        final List<Long> askedAt = new CopyOnWriteArrayList<>();
        final List<Place> places = new CopyOnWriteArrayList<>();
        final List<Login> logins = new CopyOnWriteArrayList<>();
        /** Who answers, one after the other; then nobody says who. */
        final Queue<String> members = new ConcurrentLinkedQueue<>();

        volatile boolean refuses;
        volatile String route = "";
        volatile Destination asked;

        @Override
        public Future<Stream> connect(Session session, Destination target) {
            return Future.failedFuture("bind only");
        }

        @Override
        public Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
            askedAt.add(System.nanoTime());
            asked = local;
            session.trace().route(route);
            Login login = session.trace().login().orElseThrow();
            logins.add(login);
            String member = members.poll();
            if (member != null) {
                session.trace().member(member);
                if (login.elsewhere().contains(member)) {
                    return Future.failedFuture(
                            ProxyException.upstream(ProxyException.Kind.LIMITED, "attached here already"));
                }
            }
            if (refuses) {
                return Future.failedFuture(
                        ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "the far end is away"));
            }
            Place place = new Place(peers);
            places.add(place);
            return Future.succeededFuture(place);
        }

        long millisBetween(int first, int second) {
            return Duration.ofNanos(askedAt.get(second) - askedAt.get(first)).toMillis();
        }
    }

    private static final class Place implements Egress.Binding {
        final Consumer<Inbound> peers;
        volatile Consumer<Notice> notices;
        final Promise<Void> ended = Promise.promise();
        volatile boolean released;

        Place(Consumer<Inbound> peers) {
            this.peers = peers;
        }

        @Override
        public Address address() {
            return PLACE;
        }

        @Override
        public Future<Void> ended() {
            return ended.future();
        }

        @Override
        public void onNotice(Consumer<Notice> taker) {
            notices = taker;
        }

        @Override
        public Future<Void> release() {
            released = true;
            return Future.succeededFuture();
        }
    }

    /** Lets everybody in but one. */
    private static final class Porter implements Door {
        @Override
        public Future<Inbound> admit(Stream raw) {
            return Future.failedFuture("the carrier is not the client");
        }

        @Override
        public Optional<Inbound> admit(DatagramFlow raw) {
            return Optional.empty();
        }

        @Override
        public Future<Inbound> admit(Inbound known) {
            if (known.session().client().host().equals("192.0.2.66")) {
                known.conduit().close();
                return Future.failedFuture(ProxyException.denied("not admitted"));
            }
            return Future.succeededFuture(known);
        }
    }

    @CanIgnoreReturnValue
    private ReverseListener listen() {
        return listen(1);
    }

    @CanIgnoreReturnValue
    private ReverseListener listen(int sessions) {
        ReverseOptions options = new ReverseOptions(UdpSessions.Options.DEFAULT, sessions, Optional.of("home"));
        ReverseListener listener = rig.deploy(new ReverseListener(rig.scope(farEnd), Network.TCP, options));
        assertThat(rig.on(() -> listener.listen(PLACE, new Porter(), arrivals::add)))
                .isEqualTo(PLACE);
        return listener;
    }

    @CanIgnoreReturnValue
    private Inbound visitor(Place place, String host) {
        Address echo = rig.echo().address();
        Stream stream = rig.on(() -> TcpDial.connect(rig.context, echo, DialOptions.DEFAULT));
        Inbound visitor = new Inbound(Session.of("rig", Address.of(host, 40000), PLACE), stream);
        rig.context.runOnContext(v -> place.peers.accept(visitor));
        return visitor;
    }

    private void end(Place place) {
        rig.context.runOnContext(v -> place.ended.complete());
    }

    private void notify(Place place, Notice what) {
        rig.context.runOnContext(v -> place.notices.accept(what));
    }

    @Test
    void serviceStartsThoughTheFarEndIsAwayAndBindsWhenItIsBack() {
        farEnd.refuses = true;
        ReverseListener listener = listen();
        assertThat(listener.perLoop()).isFalse();
        Rig.until(() -> farEnd.askedAt.size() >= 4);
        farEnd.refuses = false;
        Rig.until(() -> farEnd.places.size() == 1);
        assertThat(farEnd.asked).isEqualTo(Destination.tcp(PLACE));
        assertThat(farEnd.millisBetween(0, 1)).isLessThan(500L);
        assertThat(farEnd.millisBetween(1, 2)).isBetween(70L, 600L);
        assertThat(farEnd.millisBetween(2, 3)).isBetween(150L, 700L);
    }

    /** As those of several {@code -F} are called. */
    @Test
    void farEndBehindTwoNodesOfTheSameNameIsAskedAgain() {
        farEnd.route = "node-0>node-0";
        farEnd.refuses = true;
        listen();
        Rig.until(() -> farEnd.askedAt.size() >= 2);
        farEnd.refuses = false;
        Rig.until(() -> farEnd.places.size() == 1);
        end(farEnd.places.get(0));
        Rig.until(() -> farEnd.places.size() == 2);
    }

    @Test
    void lostBindingIsAskedForAgainAtOnceAndNotQuicklyWhenItIsLostAgain() {
        listen();
        Rig.until(() -> farEnd.places.size() == 1);
        end(farEnd.places.get(0));
        Rig.until(() -> farEnd.places.size() == 2);
        assertThat(farEnd.millisBetween(0, 1)).isLessThan(500L);
        end(farEnd.places.get(1));
        Rig.until(() -> farEnd.places.size() == 3);
        assertThat(farEnd.millisBetween(1, 2)).isGreaterThan(70L);
        List<Agent> agents = farEnd.logins.stream().map(Login::agent).toList();
        assertThat(agents).extracting(Agent::name).containsOnly("home");
        assertThat(agents.get(0).epoch()).isLessThan(agents.get(1).epoch());
        assertThat(agents.get(1).epoch()).isLessThan(agents.get(2).epoch());
    }

    @Test
    void twoSessionsAreHeldAtDifferentMembersThoughABalancerGivesTheSameOneTwice() {
        farEnd.members.addAll(List.of("a", "a", "a", "b"));
        listen(2);
        Rig.until(() -> farEnd.places.size() == 2);
        assertThat(farEnd.askedAt).hasSize(4);
        assertThat(farEnd.logins).extracting(login -> login.agent().slot()).containsExactly(0, 1, 1, 1);
        assertThat(farEnd.logins.get(3).elsewhere()).containsExactly("a");
        farEnd.members.addAll(List.of("b", "c"));
        end(farEnd.places.get(0));
        Rig.until(() -> farEnd.places.size() == 3);
        assertThat(farEnd.logins.get(5).agent().slot()).isZero();
        assertThat(farEnd.logins.get(5).elsewhere()).containsExactly("b");
    }

    @Test
    void memberThatIsAboutToLeaveIsGivenUpAfterAnotherOneWasFoundAndItsVisitorsHaveGone() {
        farEnd.members.add("a");
        listen();
        Rig.until(() -> farEnd.places.size() == 1);
        Place old = farEnd.places.get(0);
        Inbound there = visitor(old, "192.0.2.7");
        Rig.until(() -> arrivals.size() == 1);
        farEnd.members.addAll(List.of("a", "b"));
        notify(old, Notice.LEAVING);
        Rig.until(() -> farEnd.places.size() == 2);
        assertThat(farEnd.logins.get(1).elsewhere()).containsExactly("a");
        assertThat(farEnd.askedAt).hasSize(3);
        assertThat(old.released).isFalse();
        rig.on(() -> there.conduit().close());
        Rig.until(() -> old.released);
        assertThat(farEnd.places.get(1).released).isFalse();
    }

    @Test
    void agentWhoseNameAnotherProcessTakesGoesOnUnderAnother() {
        listen();
        Rig.until(() -> farEnd.places.size() == 1);
        notify(farEnd.places.get(0), Notice.REPLACED);
        Rig.until(() -> farEnd.places.size() == 2);
        assertThat(farEnd.logins.get(1).agent().name()).startsWith("home#");
        Rig.until(() -> farEnd.places.get(0).released);
    }

    @Test
    void placeForOneVisitorIsAskedForAgainAtOnce() {
        listen();
        Rig.until(() -> farEnd.places.size() == 1);
        visitor(farEnd.places.get(0), "192.0.2.7");
        Rig.until(() -> arrivals.size() == 1);
        long served = System.nanoTime();
        end(farEnd.places.get(0));
        Rig.until(() -> farEnd.places.size() == 2);
        assertThat(farEnd.askedAt.get(1) - served)
                .isLessThan(Duration.ofMillis(500).toNanos());
    }

    @Test
    void visitorsPassTheDoorWithTheirOwnAddress() {
        listen();
        Rig.until(() -> farEnd.places.size() == 1);
        Inbound turnedAway = visitor(farEnd.places.get(0), "192.0.2.66");
        visitor(farEnd.places.get(0), "192.0.2.7");
        Rig.until(() -> arrivals.size() == 1);
        assertThat(arrivals.get(0).session().client()).isEqualTo(Address.of("192.0.2.7", 40000));
        Rig.await(turnedAway.conduit().closed());
    }

    @Test
    void retiredListenerKeepsItsVisitorsAndThenLetsGo() {
        ReverseListener listener = listen();
        Rig.until(() -> farEnd.places.size() == 1);
        Place place = farEnd.places.get(0);
        Inbound there = visitor(place, "192.0.2.7");
        Rig.until(() -> arrivals.size() == 1);
        rig.on(listener::retire);
        Inbound late = visitor(place, "192.0.2.8");
        Rig.await(late.conduit().closed());
        assertThat(arrivals).hasSize(1);
        assertThat(place.released).isFalse();
        rig.on(() -> there.conduit().close());
        Rig.until(() -> place.released);
    }

    @Test
    void undeployedListenerEndsItsVisitorsAndAsksNoMore() throws Exception {
        ReverseListener listener = listen();
        Rig.until(() -> farEnd.places.size() == 1);
        Place place = farEnd.places.get(0);
        Inbound there = visitor(place, "192.0.2.7");
        Rig.until(() -> arrivals.size() == 1);
        Future<?> undeployed = listener.undeploy(rig.context);
        Rig.await(undeployed);
        Rig.await(there.conduit().closed());
        Rig.until(() -> place.released);
        assertThat(farEnd.askedAt).hasSize(1);
    }

    @Test
    void waitsGrowToFiveSecondsAndStartAgain() {
        Backoff backoff = new Backoff(new Random(1));
        for (int round = 0; round < 2; round++) {
            assertThat(backoff.patience()).isEqualTo(Duration.ofSeconds(3));
            for (long tenths : new long[] {0, 1, 2, 4, 8, 16, 32, 50, 50}) {
                assertThat(backoff.next().toMillis()).isBetween(tenths * 80, tenths * 120);
            }
            assertThat(backoff.patience()).isEqualTo(Duration.ofSeconds(15));
            backoff.reset();
        }
    }
}
