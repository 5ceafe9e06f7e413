package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.Stream;
import io.warren.spi.Connector;
import io.warren.spi.Credentials;
import io.warren.spi.Destination;
import io.warren.spi.Scope;
import io.warren.spi.Secret;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.List;

/** Asks a SOCKS5 node for connections, associations and binds. */
final class Socks5Connector extends VerticleBase implements Connector {
    private static final Credentials NOBODY = new Credentials("", Secret.NONE);

    private final Socks5ConnectorOptions options;

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

    private Future<Address> request(Stream carrier, int command, Address address) {
        return Told.server(carrier, new Socks5Request(command, address).encode())
                .compose(told -> reply(carrier));
    }

    private Future<Address> reply(Stream carrier) {
        Intake intake = Intake.of(carrier, options.timeout());
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
