package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.Names;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.Stream;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Asks a SOCKS4A node, or with {@code disable4a} a SOCKS4 node, for a connection. */
final class Socks4Connector extends VerticleBase implements Connector {
    private final Socks4ConnectorOptions options;

    Socks4Connector(Scope scope, Socks4ConnectorOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> connect(Session session, Stream carrier, Destination target) {
        return sendable(target.address()).compose(address -> request(carrier, address));
    }

    private Future<Address> sendable(Address target) {
        Address address = target.host().isEmpty() ? target.withHost("127.0.0.1") : target;
        if (options.as4a() || (address.isIp() && address.ip() instanceof Inet4Address)) {
            return Future.succeededFuture(address);
        }
        return Names.resolve(vertx, address.host())
                .map(all -> all.stream()
                        .filter(Inet4Address.class::isInstance)
                        .findFirst()
                        .map(InetAddress::getHostAddress)
                        .map(address::withHost)
                        .orElseThrow(() -> ProxyException.upstream(
                                Kind.RESOLVE, "no IPv4 address for " + address.host() + ", and SOCKS4 has no other")));
    }

    private Future<Stream> request(Stream carrier, Address target) {
        Intake intake = Intake.of(carrier, options.timeout());
        Socks4Request request = new Socks4Request(Socks4Request.CONNECT, target, options.user());
        return Told.server(carrier, request.encode(options.as4a()))
                .compose(sent -> intake.read(Socks4Reply::decode))
                .recover(e -> Future.failedFuture(ProxyException.from(e).asUpstream()))
                .compose(reply -> {
                    intake.done();
                    return reply.granted() ? Future.succeededFuture(carrier) : Future.failedFuture(reply.refusal());
                });
    }
}
