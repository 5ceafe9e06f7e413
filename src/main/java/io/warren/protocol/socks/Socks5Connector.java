package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.Hello;
import io.warren.codec.SocksFrames;
import io.warren.layer.smux.MuxBinding;
import io.warren.layer.smux.Smux;
import io.warren.layer.smux.SmuxSession;
import io.warren.layer.tls.TlsLayer;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.Stream;
import io.warren.relay.DatagramSignals;
import io.warren.relay.PeerFlows;
import io.warren.spi.Connector;
import io.warren.spi.Credentials;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Eventually;
import io.warren.spi.Inbound;
import io.warren.spi.Network;
import io.warren.spi.Scope;
import io.warren.spi.Secret;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Asks a SOCKS5 node for connections, associations and binds. */
final class Socks5Connector extends VerticleBase implements Connector {
    private static final Credentials NOBODY = new Credentials("", Secret.NONE);

    /** gost's time for a visitor of a UDP port without traffic. */
    private static final Duration VISITOR_TTL = Duration.ofSeconds(5);

    private final Socks5ConnectorOptions options;
    private boolean singleBind;

    /** Whose far end waits for us to introduce ourselves before we ask for something. */
    private final Set<Stream> acquainted = new HashSet<>();

    Socks5Connector(Scope scope, Socks5ConnectorOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> handshake(Session session, Stream carrier) {
        Intake intake = Intake.of(carrier, options.timeout());
        List<Integer> offered = methods(session);
        return Told.server(carrier, new Greeting(offered).encode())
                .compose(told -> intake.read(Greeting::decodeChoice))
                .compose(method -> method == Greeting.INTRODUCTION && offered.contains(method)
                        ? acquaint(intake)
                        : Future.succeededFuture(method))
                .compose(method -> follow(intake, method))
                .recover(Socks5Connector::asUpstream)
                .onComplete(done -> intake.done())
                .map(carrier);
    }

    /** @return what it goes on with */
    private Future<Integer> acquaint(Intake intake) {
        Stream carrier = intake.stream();
        acquainted.add(carrier);
        carrier.closed().onComplete(v -> acquainted.remove(carrier));
        return intake.read(Greeting::decodeChoice);
    }

    private List<Integer> methods(Session session) {
        List<Integer> methods = methods();
        if (session.trace().login().isPresent()) {
            methods.add(Greeting.INTRODUCTION);
        }
        return methods;
    }

    private List<Integer> methods() {
        List<Integer> methods = new ArrayList<>(List.of(Greeting.NO_AUTH));
        boolean login = options.credentials().isPresent();
        if (login) {
            methods.add(Greeting.USER_PASSWORD);
        }
        if (options.tls().isPresent()) {
            methods.add(Greeting.TLS);
            if (login) {
                methods.add(Greeting.TLS_USER_PASSWORD);
            }
        }
        return methods;
    }

    private Future<Void> follow(Intake intake, int method) {
        if (method == Greeting.NONE_ACCEPTABLE) {
            return Future.failedFuture(
                    ProxyException.upstream(Kind.UNAUTHORIZED, "none of the methods " + methods() + " is acceptable"));
        }
        return switch (method) {
            case Greeting.NO_AUTH -> Future.succeededFuture();
            case Greeting.USER_PASSWORD -> login(intake);
            case Greeting.TLS -> encrypt(intake.stream());
            case Greeting.TLS_USER_PASSWORD -> encrypt(intake.stream()).compose(secured -> login(intake));
            default -> Future.failedFuture(notOffered(method));
        };
    }

    private ProxyException notOffered(int method) {
        return ProxyException.protocol("method " + method + " (expected: one of " + methods() + ")");
    }

    private Future<Void> encrypt(Stream carrier) {
        String host = options.namesNode() ? carrier.remote().host() : "";
        Future<Stream> secured = options.tls()
                .map(tls -> TlsLayer.connect(carrier, tls, host, true))
                .orElseGet(() -> Future.failedFuture(notOffered(Greeting.TLS)));
        return Eventually.within(carrier.context(), options.timeout(), "TLS handshake", secured)
                .mapEmpty();
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

    /** {@inheritDoc} In gost's frames on the carrier, unless {@code relay: udp} asks for UDP beside it. */
    @Override
    public Future<DatagramFlow> associate(
            Session session, Stream carrier, Optional<Destination> target, Address node, Egress below) {
        Future<DatagramFlow> flow = options.udpBeside()
                ? associateBeside(session, carrier, node, below)
                : request(carrier, Socks5Request.UDP_TUNNEL, Address.NONE)
                        .map(bound -> DatagramStream.over(carrier, SocksFrames.FRAMING));
        return flow.map(any ->
                target.<DatagramFlow>map(to -> new Aimed(any, to.address())).orElse(any));
    }

    private Future<DatagramFlow> associateBeside(Session session, Stream carrier, Address node, Egress below) {
        return request(carrier, Socks5Request.ASSOCIATE, Address.NONE).compose(bound -> {
            Address proxy = bound.isWildcard() ? bound.withHost(node.host()) : bound;
            return below.associate(session, Optional.of(Destination.udp(proxy))).map(udp -> {
                carrier.endHandler(end -> carrier.close());
                carrier.handler(ignored -> {});
                carrier.closed().onComplete(v -> udp.close());
                udp.closed().onComplete(v -> carrier.close());
                limit(udp);
                return SocksUdp.client(udp, proxy);
            });
        });
    }

    private void limit(DatagramFlow udp) {
        if (!options.udpTimeout().isZero() && !options.udpTimeout().isNegative()) {
            long timer = vertx.setTimer(options.udpTimeout().toMillis(), t -> udp.close());
            udp.closed().onComplete(v -> vertx.cancelTimer(timer));
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Asks for gost's BIND for many visitors. A node that does not know it is asked for the BIND of RFC 1928 from the next time on, which is for one
     * visitor: then the binding ends with the arrival.
     */
    @Override
    public Future<Egress.Binding> bind(Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        if (local.network() == Network.UDP) {
            return bindUdp(session, carrier, local, peers);
        }
        if (local.network() != Network.TCP) {
            return Future.failedFuture(ProxyException.unsupported("bind " + local + " (expected: a tcp or udp port)"));
        }
        return singleBind ? bindOnce(session, carrier, local, peers) : bindMux(session, carrier, local, peers);
    }

    private Future<Egress.Binding> bindMux(
            Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        return place(session, carrier, Socks5Request.MUX_BIND, local)
                .onFailure(e -> singleBind = ProxyException.from(e).kind() == Kind.UNSUPPORTED)
                .map(placed -> {
                    Address bound = placed.address();
                    SmuxSession mux = Smux.server(
                            carrier,
                            options.mux(),
                            stream -> introduced(stream)
                                    .onSuccess(peer -> peers.accept(inbound(session, peer, bound, stream)))
                                    .onFailure(e -> stream.close()));
                    mux.attend();
                    return new MuxBinding(bound, mux);
                });
    }

    private Future<Address> introduced(Stream visitor) {
        return reply(visitor, options.timeout().isZero() ? Intake.PATIENCE : options.timeout());
    }

    private Future<Egress.Binding> bindOnce(
            Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        return place(session, carrier, Socks5Request.BIND, local).map(placed -> {
            Address bound = placed.address();
            FarPort port = new FarPort(bound, carrier);
            reply(carrier, Duration.ZERO).onFailure(port::fail).onSuccess(peer -> {
                peers.accept(inbound(session, peer, bound, carrier));
                port.spend();
            });
            return port;
        });
    }

    private Future<Egress.Binding> bindUdp(
            Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        if (local.address().port() == 0) {
            return Future.failedFuture(
                    ProxyException.unsupported("bind of any udp port: port 0 asks a SOCKS5 node for something else"));
        }
        return place(session, carrier, Socks5Request.UDP_TUNNEL, local).map(placed -> {
            Address bound = placed.address();
            FarPort port = new FarPort(bound, carrier);
            DatagramFlow frames = DatagramStream.over(carrier, SocksFrames.FRAMING);
            if (placed.signals()) {
                DatagramSignals signals = new DatagramSignals(carrier, frames);
                port.notices(signals::onNotice);
                frames = signals;
            }
            PeerFlows.accepting(
                    frames, VISITOR_TTL, flow -> peers.accept(inbound(session, flow.remote(), bound, flow)));
            return port;
        });
    }

    private static Inbound inbound(Session session, Address peer, Address bound, Conduit conduit) {
        return new Inbound(Session.of(session.service(), peer, bound), conduit);
    }

    private Future<Address> request(Stream carrier, int command, Address address) {
        return request(carrier, command, address, Introduction.NOBODY).map(Placed::address);
    }

    /** @param signals whether the node knows signals among the datagrams that come there */
    private record Placed(Address address, boolean signals) {}

    /** Asks for a place at the node. Keeps who answers, even when it refuses. */
    private Future<Placed> place(Session session, Stream carrier, int command, Destination local) {
        Hello self = session.trace()
                .login()
                .map(login -> Hello.of(login).signalling(local.network() == Network.UDP))
                .orElse(Introduction.NOBODY);
        return request(carrier, command, local.address(), self, session.trace()::member);
    }

    private Future<Placed> request(Stream carrier, int command, Address address, Hello self) {
        return request(carrier, command, address, self, member -> {});
    }

    private Future<Placed> request(Stream carrier, int command, Address address, Hello self, Consumer<String> member) {
        ByteBuf request = new Socks5Request(command, address).encode();
        if (!acquainted.remove(carrier)) {
            return Told.server(carrier, request)
                    .compose(told -> reply(carrier, options.timeout()))
                    .map(bound -> new Placed(bound, false));
        }
        Intake intake = Intake.of(carrier, options.timeout());
        return Told.server(carrier, Unpooled.wrappedBuffer(Introduction.encode(self), request))
                .compose(told -> intake.read(Introduction::decode))
                .onSuccess(hello -> hello.member().ifPresent(member))
                .compose(hello -> intake.read(Socks5Reply::decode)
                        .compose(reply -> reply.granted()
                                ? Future.succeededFuture(new Placed(reply.bound(), hello.signals()))
                                : intake.read(Introduction::decode)
                                        .compose(last -> Future.failedFuture(reply.refusal(last.reason())))))
                .recover(e -> Socks5Connector.<Placed>asUpstream(e))
                .onComplete(done -> intake.done());
    }

    private static Future<Address> reply(Stream carrier, Duration patience) {
        Intake intake = Intake.of(carrier, patience);
        return intake.read(Socks5Reply::decode)
                .recover(Socks5Connector::asUpstream)
                .compose(reply -> {
                    intake.done();
                    return reply.granted()
                            ? Future.succeededFuture(reply.bound())
                            : Future.failedFuture(reply.refusal(Optional.empty()));
                });
    }
}
