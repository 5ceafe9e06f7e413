package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Egress;
import io.warren.spi.Reply;
import java.time.Duration;

/** A BIND (RFC 1928 section 4): one reply says where the visitor may come, the next one that it has, and the stream is the visitor's from then on. */
final class SingleBind implements Reply {
    private final Party client;
    private final Stream control;
    private final String publicHost;
    private final Promise<Void> granted = Promise.promise();

    SingleBind(Party client, String publicHost) {
        this.client = client;
        this.control = client.stream();
        this.publicHost = publicHost;
    }

    @Override
    public Future<Void> accepted(Address bound) {
        return Told.last(
                        control,
                        Socks5Reply.succeeded(reachable(control, publicHost, bound))
                                .encode())
                .onSuccess(told -> watch())
                .onComplete(granted);
    }

    /** The port, at the host under which the client knows us: a listener on all addresses has none of its own. */
    static Address reachable(Stream control, String publicHost, Address bound) {
        return bound.withHost(publicHost.isEmpty() ? control.local().host() : publicHost);
    }

    /** A client that leaves while it waits ends its binding; its early bytes are the visitor's. */
    private void watch() {
        Intake.of(control, Duration.ZERO).peek(1).onFailure(gone -> control.close());
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        granted.fail(why);
        return client.refused(why);
    }

    /** The way to the client, for the one visitor. */
    Egress back() {
        return (visitor, target) -> granted.future()
                .compose(told -> Told.last(
                        control, Socks5Reply.succeeded(visitor.client()).encode()))
                .map(control);
    }
}
