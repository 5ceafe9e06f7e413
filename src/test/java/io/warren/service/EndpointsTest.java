package io.warren.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EndpointsTest {
    private static final Vertx VERTX = Loops.create();
    private static final Context CONTEXT = Loops.next(VERTX);
    private static final Endpoint ENDPOINT = new Endpoint(Network.TCP, ":7000");
    private static final Offer OFFER =
            new Offer(Optional.of("alice"), Optional.empty(), 1, Offer.ANY, Offer.Reach.CLUSTER);
    private static final Egress NOWHERE =
            (session, target) -> Future.failedFuture(ProxyException.unsupported("not in this test"));

    @AfterAll
    static void end() throws Exception {
        Until.done(VERTX.close());
    }

    /** Ports that take as long to close as the test wants. */
    private static final class SlowPorts implements Endpoints.Ports {
        private final List<Promise<Void>> closing = new CopyOnWriteArrayList<>();
        private final List<Address> opened = new CopyOnWriteArrayList<>();

        @Override
        public Future<Endpoints.Port> open(Context context, Network network, Address address, Egress way) {
            opened.add(address);
            return Future.succeededFuture(new Endpoints.Port() {
                @Override
                public Address address() {
                    return address;
                }

                @Override
                public Future<Void> close() {
                    Promise<Void> closed = Promise.promise();
                    closing.add(closed);
                    return closed.future();
                }
            });
        }
    }

    private static Future<Registration> publish(Endpoints endpoints) {
        Promise<Registration> published = Promise.promise();
        Loops.next(VERTX)
                .runOnContext(v -> endpoints
                        .publish(Session.of("test", Address.NONE, Address.NONE), ENDPOINT, OFFER, NOWHERE)
                        .onComplete(published));
        return published.future();
    }

    private static void everythingSoFarHasRun() throws Exception {
        Promise<Void> turn = Promise.promise();
        CONTEXT.runOnContext(turn::complete);
        Until.done(turn.future());
    }

    @Test
    void agentThatComesBackWhileItsPortIsBeingClosedGetsItWhenItIsFree() throws Exception {
        SlowPorts ports = new SlowPorts();
        Endpoints endpoints = new Endpoints(VERTX, ports, Optional.empty());
        Until.done(Until.done(publish(endpoints)).withdraw());
        Until.holds(() -> ports.closing.size() == 1);
        List<Future<Registration>> back = new ArrayList<>(List.of(publish(endpoints), publish(endpoints)));
        everythingSoFarHasRun();
        assertThat(ports.opened).hasSize(1);
        assertThat(back).noneMatch(Future::isComplete);
        ports.closing.get(0).complete();
        for (Future<Registration> one : back) {
            assertThat(Until.done(one).address().port()).isEqualTo(7000);
        }
        assertThat(ports.opened).hasSize(2);
    }
}
