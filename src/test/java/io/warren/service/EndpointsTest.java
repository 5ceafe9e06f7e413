package io.warren.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
import io.warren.spi.Community;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.EndpointList;
import io.warren.spi.Foreign;
import io.warren.spi.Holder;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is claimed here and what other members say of the same endpoint. */
class EndpointsTest {
    private static final Endpoint NAME = new Endpoint(Network.TCP, ":8000");
    private static final long HERE_SINCE = 1000;
    private static final Egress NOWHERE = (session, target) ->
            Future.failedFuture(ProxyException.upstream(ProxyException.Kind.REFUSED, "nobody is here in this test"));

    private final Vertx vertx = Loops.create();
    private final List<String> told = new ArrayList<>();
    private final Endpoints endpoints =
            new Endpoints(vertx, (context, network, address, way) -> opened(address), Optional.empty());

    private static Future<Endpoints.Port> opened(Address address) {
        return Future.succeededFuture(new Endpoints.Port() {
            @Override
            public Address address() {
                return address;
            }

            @Override
            public Future<Void> close() {
                return Future.succeededFuture();
            }
        });
    }

    @AfterEach
    void end() throws Exception {
        Until.done(vertx.close());
    }

    private static Offer of(String user) {
        return new Offer(Optional.of(user), Optional.empty(), 1, Offer.ANY, Offer.Reach.CLUSTER);
    }

    private Registration publish(String user) throws Exception {
        endpoints.join(new Community() {
            @Override
            public Future<Long> claim(Endpoint endpoint, Offer offer) {
                return Future.succeededFuture(HERE_SINCE);
            }

            @Override
            public Future<Long> claimFree(Endpoint endpoint, Offer offer) {
                return claim(endpoint, offer);
            }

            @Override
            public void announce(long id, Endpoint endpoint, Offer offer, long since) {
                told.add("+" + id + " since " + since);
            }

            @Override
            public void retract(long id) {
                told.add("-" + id);
            }

            @Override
            public void withdraw(long id, Endpoint endpoint, Offer offer) {
                told.add("-" + id + " and its claim");
            }
        });
        return publish(endpoints, NAME, user);
    }

    private Registration publish(io.warren.spi.Directory directory, Endpoint endpoint, String user) throws Exception {
        Context context = Loops.next(vertx);
        Promise<Registration> published = Promise.promise();
        context.runOnContext(v -> directory
                .publish(Session.of("test", Address.NONE, Address.NONE), endpoint, of(user), NOWHERE)
                .onComplete(published));
        return Until.done(published.future());
    }

    private Foreign.Told elsewhere(long id, String user, long since) {
        Holder holder = new Holder() {
            @Override
            public String name() {
                return "other";
            }

            @Override
            public State state() {
                return State.READY;
            }
        };
        return endpoints.appeared(new Foreign(id, NAME, of(user), since, NOWHERE, holder));
    }

    private List<String> users() {
        return endpoints.known().stream()
                .map(known -> known.offer().user().orElseThrow())
                .toList();
    }

    @Test
    void earlierClaimOfAnotherUserEndsTheBindAndSaysWhy() throws Exception {
        Registration bobs = publish("bob");
        Foreign.Told alices = elsewhere(-9, "alice", HERE_SINCE - 1);
        assertThatThrownBy(() -> Until.done(bobs.ended()))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.DENIED))
                .hasMessage("tcp :8000 belongs to another user, who claimed it earlier in another part of the cluster");
        assertThat(users()).containsExactly("alice");
        assertThat(told).containsExactly("+1 since 1000", "-1 and its claim");
        alices.vanished(false);
    }

    @Test
    void laterClaimOfAnotherUserWaitsUntilTheEarlierOneIsReleased() throws Exception {
        Registration bobs = publish("bob");
        Foreign.Told first = elsewhere(-9, "alice", HERE_SINCE + 1);
        Foreign.Told second = elsewhere(-8, "alice", HERE_SINCE + 1);
        first.vanished(false);
        assertThat(users()).containsExactly("bob");
        Until.done(bobs.withdraw());
        Until.done(bobs.ended());
        assertThat(users()).containsExactly("alice");
        second.vanished(false);
        assertThat(users()).isEmpty();
    }

    @Test
    void atTheSameTimeTheNameDecidesHereAsThere() throws Exception {
        Registration bobs = publish("bob");
        Foreign.Told carols = elsewhere(-9, "carol", HERE_SINCE);
        assertThat(users()).containsExactly("bob");
        assertThat(bobs.ended().isComplete()).isFalse();
        Foreign.Told alices = elsewhere(-8, "alice", HERE_SINCE);
        assertThat(bobs.ended().failed()).isTrue();
        assertThat(users()).containsExactly("alice");
        alices.vanished(false);
        assertThat(users()).containsExactly("carol");
        carols.vanished(false);
    }

    @Test
    void earliestOfSeveralUsersElsewhereHasItWhateverTheOrderOfTheNews() {
        Foreign.Told carols = elsewhere(-9, "carol", 30);
        Foreign.Told bobs = elsewhere(-8, "bob", 20);
        Foreign.Told alices = elsewhere(-7, "alice", 25);
        assertThat(users()).containsExactly("bob");
        bobs.vanished(false);
        assertThat(users()).containsExactly("alice");
        alices.vanished(false);
        assertThat(users()).containsExactly("carol");
        carols.vanished(false);
        assertThat(users()).isEmpty();
    }

    @Test
    void agentLearnsOnItsOwnEventLoopThatItsPortIsOpenAlsoWhenAnotherOneOpenedIt() throws Exception {
        Promise<Endpoints.Port> opening = Promise.promise();
        Endpoints slow = new Endpoints(vertx, (context, network, address, way) -> opening.future(), Optional.empty());
        Context agents = Loops.next(vertx);
        Context openers = Loops.next(vertx);
        Promise<Context> learnt = Promise.promise();
        agents.runOnContext(v -> {
            slow.publish(Session.of("test", Address.NONE, Address.NONE), NAME, of("alice"), NOWHERE)
                    .onComplete(done -> learnt.complete(Vertx.currentContext()));
            openers.runOnContext(there ->
                    opening.complete(opened(Address.of("127.0.0.1", 8000)).result()));
        });
        assertThat(Loops.loop(Until.done(learnt.future()))).isSameAs(Loops.loop(agents));
    }

    @Test
    void userPublishesWhatHeMayClaimAndIsToldWhatThatIs() throws Exception {
        Authenticator users = new Authenticator() {
            @Override
            public Future<String> authenticate(Session session, String user, String password) {
                return Future.succeededFuture(user);
            }

            @Override
            public Optional<EndpointList> endpoints(String user) {
                return user.equals("alice")
                        ? Optional.of(EndpointList.of(List.of(":2222", "8000-8100")))
                        : Optional.empty();
            }
        };
        AllowedEndpoints allowed = new AllowedEndpoints(endpoints, users);
        Endpoint other = new Endpoint(Network.TCP, ":9000");
        assertThatThrownBy(() -> publish(allowed, other, "alice"))
                .hasMessage("user alice may not claim tcp :9000 (allowed: :2222, 8000-8100)");
        publish(allowed, NAME, "alice").withdraw();
        publish(allowed, other, "bob").withdraw();
    }
}
