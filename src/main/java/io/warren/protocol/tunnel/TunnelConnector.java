package io.warren.protocol.tunnel;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.Hello;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayFrames;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.layer.smux.MuxBinding;
import io.warren.layer.smux.Smux;
import io.warren.layer.smux.SmuxSession;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Network;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Visits a tunnel at a node (CONNECT), or serves one there (BIND). */
final class TunnelConnector extends VerticleBase implements Connector {
    private final TunnelConnectorOptions options;

    TunnelConnector(TunnelConnectorOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> connect(Session session, Stream carrier, Destination target) {
        if (target.network() != Network.TCP) {
            return Future.failedFuture(unsupported("connection", target.network(), "tcp"));
        }
        return ask(session, carrier, RelayMessage.CONNECT, target, visitor(session, carrier))
                .map(carrier);
    }

    @Override
    public Future<DatagramFlow> associate(
            Session session, Stream carrier, Optional<Destination> target, Address node, Egress below) {
        return target.map(to -> ask(session, carrier, RelayMessage.CONNECT, to, visitor(session, carrier))
                        .<DatagramFlow>map(accepted -> DatagramStream.over(carrier, RelayFrames.PAYLOADS)))
                .orElse(Future.failedFuture(
                        ProxyException.unsupported("datagrams to anywhere over a tunnel (expected: to one target)")));
    }

    private static Address visitor(Session session, Stream carrier) {
        return session.client().isIp() ? session.client() : carrier.local();
    }

    private Future<RelayMessage> ask(Session session, Stream carrier, int command, Destination target, Address source) {
        boolean binds = command == RelayMessage.BIND;
        List<RelayFeature> features = new ArrayList<>(6);
        if (target.network() == Network.UDP) {
            features.add(new RelayFeature.NetworkId(Network.UDP));
        }
        options.credentials().map(RelayFeature.UserAuth::new).ifPresent(features::add);
        features.add(new RelayFeature.Addr(source));
        features.add(new RelayFeature.Addr(target.address()));
        features.add(new RelayFeature.Tunnel(options.tunnel().uuid(), 0, binds ? options.weight() : 0));
        session.trace()
                .login()
                .filter(login -> binds)
                .map(login -> new RelayFeature.Introduction(Hello.of(login)))
                .ifPresent(features::add);
        Intake intake = Intake.of(carrier, options.timeout());
        try {
            carrier.send(
                    RelayMessage.request(command, target.network(), features).encode());
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
        return intake.read(RelayMessage::decode).map(response -> {
            intake.done();
            // Who answers is of interest even when it refuses.
            response.hello().flatMap(Hello::member).ifPresent(session.trace()::member);
            RelayStatus.check(response);
            return response;
        });
    }

    @Override
    public Future<Egress.Binding> bind(Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        Network network = local.network();
        if (network != Network.TCP && network != Network.UDP) {
            return Future.failedFuture(unsupported("bind", network, "tcp or udp"));
        }
        Address asked = local.address().isWildcard() ? local.address().withHost("0.0.0.0") : local.address();
        return ask(session, carrier, RelayMessage.BIND, local.at(asked), carrier.local())
                .map(response -> {
                    Address place = response.addresses().stream().findFirst().orElse(asked);
                    SmuxSession mux = Smux.server(
                            carrier, options.mux(), stream -> visited(session.service(), network, stream, peers));
                    mux.attend();
                    return new MuxBinding(place, mux);
                });
    }

    private static void visited(String service, Network network, Stream stream, Consumer<Inbound> peers) {
        Intake intake = Intake.of(stream, Intake.PATIENCE);
        intake.read(RelayMessage.GRANTED)
                .onSuccess(header -> {
                    intake.done();
                    List<Address> addresses = header.addresses();
                    // Of a visitor in any case: without an address it is not taken for the flow of all.
                    Address visitor = addresses.isEmpty() ? Address.of("0.0.0.0", 0) : addresses.get(0);
                    Address wanted = addresses.isEmpty() ? Address.NONE : addresses.get(addresses.size() - 1);
                    Conduit conduit =
                            network == Network.UDP ? DatagramStream.over(stream, RelayFrames.PAYLOADS) : stream;
                    // What a PROXY header can say: a name is no address.
                    Address reached = wanted.isIp() ? wanted : stream.local();
                    peers.accept(new Inbound(Session.of(service, visitor, reached), conduit));
                })
                .onFailure(e -> stream.close());
    }

    private static ProxyException unsupported(String what, Network network, String expected) {
        return ProxyException.unsupported(what + " of network " + network + " (expected: " + expected + ")");
    }
}
