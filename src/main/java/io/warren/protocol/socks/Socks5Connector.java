package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.layer.smux.Smux;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.Stream;
import io.warren.spi.Connector;
import io.warren.spi.Credentials;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Network;
import io.warren.spi.Scope;
import io.warren.spi.Secret;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Asks a SOCKS5 node for connections, associations and binds. */
final class Socks5Connector extends VerticleBase implements Connector {
    private static final Credentials NOBODY = new Credentials("", Secret.NONE);

    private final Socks5ConnectorOptions options;
    private boolean singleBind;

    Socks5Connector(Scope scope, Socks5ConnectorOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> handshake(Session session, Stream carrier) {
        Intake intake = Intake.of(carrier, options.timeout());
        return Told.server(carrier, new Greeting(methods()).encode())
                .compose(told -> intake.read(Greeting::decodeChoice))
                .compose(method -> follow(intake, method))
                .recover(Socks5Connector::asUpstream)
                .onComplete(done -> intake.done())
                .map(carrier);
    }

    private List<Integer> methods() {
        List<Integer> methods = new ArrayList<>(List.of(Greeting.NO_AUTH));
        boolean login = options.credentials().isPresent();
        if (login) {
            methods.add(Greeting.USER_PASSWORD);
        }
        return methods;
    }

    private Future<Void> follow(Intake intake, int method) {
        return switch (method) {
            case Greeting.NO_AUTH -> Future.succeededFuture();
            case Greeting.USER_PASSWORD -> login(intake);
            case Greeting.NONE_ACCEPTABLE ->
                Future.failedFuture(ProxyException.upstream(
                        Kind.UNAUTHORIZED, "none of the methods " + methods() + " is acceptable"));
            default ->
                Future.failedFuture(
                        ProxyException.protocol("method " + method + " (expected: one of " + methods() + ")"));
        };
    }

    private Future<Void> login(Intake intake) {
        Credentials credentials = options.credentials().orElse(NOBODY);
        return Told.server(intake.stream(), Login.encode(credentials))
                .compose(told -> intake.read(Login::decodeVerdict))
                .compose(accepted -> accepted
                        ? Future.succeededFuture()
                        : Future.failedFuture(ProxyException.upstream(
                                Kind.UNAUTHORIZED, "user \"" + credentials.user() + "\" is refused")));
    }

    private static <T> Future<T> asUpstream(Throwable e) {
        return Future.failedFuture(ProxyException.from(e).asUpstream());
    }

    @Override
    public Future<Stream> connect(Session session, Stream carrier, Destination target) {
        Address address = target.address();
        return request(
                        carrier,
                        Socks5Request.CONNECT,
                        address.host().isEmpty() ? address.withHost("127.0.0.1") : address)
                .map(bound -> carrier);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Asks for gost's BIND for many visitors. A node that does not know it is asked for the BIND of RFC 1928 from the next time on, which is for one
     * visitor: then the binding ends with the arrival.
     */
    @Override
    public Future<Egress.Binding> bind(Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        if (local.network() != Network.TCP) {
            return Future.failedFuture(ProxyException.unsupported("bind " + local + " (expected: a tcp port)"));
        }
        return singleBind ? bindOnce(session, carrier, local, peers) : bindMux(session, carrier, local, peers);
    }

    private Future<Egress.Binding> bindMux(
            Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        return request(carrier, Socks5Request.MUX_BIND, local.address())
                .onFailure(e -> singleBind = ProxyException.from(e).kind() == Kind.UNSUPPORTED)
                .map(bound -> {
                    Smux.server(
                            carrier,
                            options.mux(),
                            stream -> introduced(stream)
                                    .onSuccess(peer -> peers.accept(inbound(session, peer, bound, stream)))
                                    .onFailure(e -> stream.close()));
                    return new FarPort(bound, carrier);
                });
    }

    private Future<Address> introduced(Stream visitor) {
        return reply(visitor, options.timeout().isZero() ? Intake.PATIENCE : options.timeout());
    }

    private Future<Egress.Binding> bindOnce(
            Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        return request(carrier, Socks5Request.BIND, local.address()).map(bound -> {
            FarPort port = new FarPort(bound, carrier);
            reply(carrier, Duration.ZERO).onFailure(port::fail).onSuccess(peer -> {
                peers.accept(inbound(session, peer, bound, carrier));
                port.spend();
            });
            return port;
        });
    }

    private static Inbound inbound(Session session, Address peer, Address bound, Conduit conduit) {
        return new Inbound(Session.of(session.service(), peer, bound), conduit);
    }

    private Future<Address> request(Stream carrier, int command, Address address) {
        return Told.server(carrier, new Socks5Request(command, address).encode())
                .compose(told -> reply(carrier, options.timeout()));
    }

    private static Future<Address> reply(Stream carrier, Duration patience) {
        Intake intake = Intake.of(carrier, patience);
        return intake.read(Socks5Reply::decode)
                .recover(Socks5Connector::asUpstream)
                .compose(reply -> {
                    intake.done();
                    return reply.granted()
                            ? Future.succeededFuture(reply.bound())
                            : Future.failedFuture(reply.refusal());
                });
    }
}
