package io.warren.protocol.relay;

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
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.Prefix;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.relay.DatagramSignals;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Network;
import io.warren.spi.Notice;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks a relay node. CONNECT does not wait for its response, which gost gives with the target's first bytes only: a refusal then ends the stream.
 */
final class RelayConnector extends VerticleBase implements Connector {
    private final RelayConnectorOptions options;

    RelayConnector(RelayConnectorOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> connect(Session session, Stream carrier, Destination target) {
        if (target.network() == Network.TUNNEL) {
            return Future.failedFuture(ProxyException.unsupported("a tunnel over a relay node (expected: an address)"));
        }
        return reach(carrier, target);
    }

    private Future<Stream> reach(Stream carrier, Destination target) {
        List<RelayFeature> features = new ArrayList<>(3);
        if (target.network() != Network.TCP) {
            features.add(new RelayFeature.NetworkId(target.network()));
        }
        login(features);
        features.add(new RelayFeature.Addr(target.address()));
        return send(carrier, RelayMessage.request(RelayMessage.CONNECT, target.network(), features))
                .compose(sent -> {
                    if (options.waits()) {
                        return response(carrier).map(carrier);
                    }
                    Prefix.take(carrier, RelayMessage.GRANTED);
                    return Future.succeededFuture(carrier);
                });
    }

    private void login(List<RelayFeature> features) {
        options.credentials().map(RelayFeature.UserAuth::new).ifPresent(features::add);
    }

    /** Completes without waiting for the socket; fails when the request cannot be written at all. */
    private static Future<Void> send(Stream carrier, RelayMessage request) {
        try {
            carrier.send(request.encode());
            return Future.succeededFuture();
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<RelayMessage> response(Stream carrier) {
        Intake intake = Intake.of(carrier, options.timeout());
        return intake.read(RelayMessage.GRANTED).onSuccess(response -> intake.done());
    }

    @Override
    public Future<DatagramFlow> associate(
            Session session, Stream carrier, Optional<Destination> target, Address node, Egress below) {
        if (target.isPresent()) {
            return reach(carrier, target.get()).map(stream -> DatagramStream.over(stream, RelayFrames.PAYLOADS));
        }
        return place(session, carrier, Destination.udp(Address.NONE))
                .map(bound -> DatagramStream.over(carrier, RelayFrames.ADDRESSED));
    }

    /** @param signals whether the node knows signals among the datagrams that come there */
    private record Placed(Address address, boolean signals) {}

    /** Asks for a place at the node. */
    private Future<Placed> place(Session session, Stream carrier, Destination local) {
        List<RelayFeature> features = new ArrayList<>(3);
        login(features);
        features.add(new RelayFeature.NetworkId(local.network()));
        features.add(new RelayFeature.Addr(local.address()));
        session.trace()
                .login()
                .map(login -> new RelayFeature.Introduction(Hello.of(login).signalling(local.network() == Network.UDP)))
                .ifPresent(features::add);
        return send(carrier, RelayMessage.request(RelayMessage.BIND, local.network(), features))
                .compose(sent -> answer(session, carrier))
                .map(response -> new Placed(
                        response.addresses().stream().findFirst().orElse(local.address()),
                        response.hello().filter(Hello::signals).isPresent()));
    }

    /** Keeps who answers, even when it refuses. */
    private Future<RelayMessage> answer(Session session, Stream carrier) {
        Intake intake = Intake.of(carrier, options.timeout());
        return intake.read(RelayMessage::decode).map(response -> {
            intake.done();
            response.hello().flatMap(Hello::member).ifPresent(session.trace()::member);
            RelayStatus.check(response);
            return response;
        });
    }

    @Override
    public Future<Egress.Binding> bind(Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        if (local.network() != Network.TCP && local.network() != Network.UDP) {
            return Future.failedFuture(
                    ProxyException.unsupported("bind of network " + local.network() + " (expected: tcp or udp)"));
        }
        return place(session, carrier, local).map(placed -> {
            Address bound = placed.address();
            if (local.network() == Network.UDP) {
                DatagramStream datagrams = DatagramStream.over(carrier, RelayFrames.ADDRESSED);
                Optional<DatagramSignals> signals =
                        placed.signals() ? Optional.of(new DatagramSignals(carrier, datagrams)) : Optional.empty();
                DatagramFlow everybody = signals.<DatagramFlow>map(flow -> flow).orElse(datagrams);
                peers.accept(new Inbound(Session.of(session.service(), Address.NONE, bound), everybody));
                return new Bound(bound, carrier, signals);
            }
            SmuxSession mux =
                    Smux.server(carrier, options.mux(), stream -> visited(session.service(), bound, stream, peers));
            mux.attend();
            return new MuxBinding(bound, mux);
        });
    }

    private static void visited(String service, Address bound, Stream stream, Consumer<Inbound> peers) {
        Intake intake = Intake.of(stream, Intake.PATIENCE);
        intake.read(RelayMessage.GRANTED)
                .onSuccess(header -> {
                    intake.done();
                    Address visitor = header.addresses().stream().findFirst().orElse(Address.NONE);
                    peers.accept(new Inbound(Session.of(service, visitor, bound), stream));
                })
                .onFailure(e -> stream.close());
    }

    private record Bound(Address address, Stream carrier, Optional<DatagramSignals> signals) implements Egress.Binding {
        @Override
        public void onNotice(Consumer<Notice> taker) {
            signals.ifPresent(known -> known.onNotice(taker));
        }

        @Override
        public Future<Void> ended() {
            return carrier.closed();
        }

        @Override
        public Future<Void> release() {
            return carrier.close();
        }
    }
}
