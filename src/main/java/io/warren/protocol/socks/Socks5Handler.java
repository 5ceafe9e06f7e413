package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.Hello;
import io.warren.codec.SocksFrames;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.UdpOptions;
import io.warren.net.UdpSocket;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Offer;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.util.Optional;

/** Serves SOCKS5 clients, up to what their request asks for. */
final class Socks5Handler extends VerticleBase implements Handler {
    private final Scope scope;
    private final Socks5Options options;
    private final Methods methods;

    Socks5Handler(Scope scope, Socks5Options options) {
        this.scope = scope;
        this.options = options;
        this.methods = new Methods(scope.authenticator(), options.tls(), options.readTimeout());
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Session session = inbound.session();
        Intake intake = Intake.of(inbound.stream(), options.readTimeout());
        return methods.negotiate(session, intake)
                .compose(introduces -> introduces ? introduced(session, intake) : stranger(intake))
                .compose(client -> intake.read(Socks5Request::decode)
                        .onSuccess(read -> intake.done())
                        .compose(request -> intent(session, client, request)))
                .onFailure(e -> intake.done());
    }

    private static Future<Party> stranger(Intake intake) {
        return Future.succeededFuture(Party.stranger(intake.stream()));
    }

    private Future<Party> introduced(Session session, Intake intake) {
        return intake.read(Introduction::decode).compose(hello -> {
            hello.login().ifPresent(session.trace()::login);
            Hello self = Hello.of(scope.member()).signalling(hello.signals());
            return Told.client(intake.stream(), Introduction.encode(self))
                    .map(new Party(intake.stream(), Optional.of(hello), self));
        });
    }

    private Future<Intent> intent(Session session, Party client, Socks5Request request) {
        return switch (request.command()) {
            case Socks5Request.CONNECT -> Future.succeededFuture(connect(session, client, request.address()));
            case Socks5Request.BIND -> welcome(session, client).map(yes -> bind(session, client, request.address()));
            case Socks5Request.MUX_BIND ->
                welcome(session, client).map(yes -> muxBind(session, client, request.address()));
            case Socks5Request.ASSOCIATE ->
                allowed(options.udp(), "UDP", client).compose(yes -> associate(session, client));
            case Socks5Request.UDP_TUNNEL ->
                request.address().port() == 0
                        ? allowed(options.udp(), "UDP", client).map(yes -> tunnel(session, client))
                        : welcome(session, client).map(yes -> udpBind(session, client, request.address()));
            default ->
                refuse(
                        client,
                        ProxyException.unsupported("command 0x" + Integer.toHexString(request.command())
                                + " (expected: 0x1, 0x2, 0x3, 0xf2 or 0xf3)"));
        };
    }

    /** Whether it may bind here. */
    private Future<Void> welcome(Session session, Party client) {
        return allowed(options.bind(), "BIND", client)
                .compose(yes -> session.trace()
                        .login()
                        .flatMap(login -> login.refusal(scope.member()))
                        .map(twin -> Socks5Handler.<Void>refuse(client, twin))
                        .orElseGet(Future::succeededFuture));
    }

    private static Future<Void> allowed(boolean yes, String command, Party client) {
        return yes ? Future.succeededFuture() : refuse(client, ProxyException.denied(command + " is not enabled"));
    }

    private static <T> Future<T> refuse(Party client, ProxyException why) {
        return client.refused(why).transform(told -> Future.failedFuture(why));
    }

    private Intent connect(Session session, Party client, Address asked) {
        Address target = asked.host().isEmpty() ? asked.withHost("127.0.0.1") : asked;
        Session own = options.hashHost() ? session.hashing(target.toString()) : session;
        Reply reply = options.sniffing().behind(new Socks5Answer(client), session, client.stream(), scope);
        return Intent.Connect.to(own, Destination.tcp(target), client.stream(), reply)
                .idleAfter(options.idleTimeout());
    }

    private Intent bind(Session session, Party client, Address asked) {
        SingleBind bind = new SingleBind(client, options.publicHost());
        return bind(session, client, asked, Offer.of(session, options.reach()).once(), bind.back(), bind);
    }

    private Intent muxBind(Session session, Party client, Address asked) {
        MuxBind bind = new MuxBind(client, options.publicHost(), options.mux(), options.plainVisitors());
        return bind(session, client, asked, Offer.of(session, options.reach()), bind, bind);
    }

    private Intent bind(Session session, Party client, Address asked, Offer offer, Egress back, Reply reply) {
        return new Intent.Bind(session, Destination.tcp(options.local(asked)), offer, back, client.stream(), reply);
    }

    private Future<Intent> associate(Session session, Party client) {
        Stream control = client.stream();
        if (!control.local().isIp() || !control.remote().isIp()) {
            return refuse(client, ProxyException.unsupported("UDP beside a carrier that is no TCP connection"));
        }
        UdpOptions udp = UdpOptions.DEFAULT.maxPayload(options.datagramBytes());
        Address host = control.local();
        return options.ports()
                .bind(port -> UdpSocket.bind(control.context(), host.withPort(port), udp))
                .recover(e -> refuse(client, ProxyException.from(e)))
                .map(socket -> associate(session, client, socket));
    }

    private Intent associate(Session session, Party party, UdpSocket socket) {
        Stream control = party.stream();
        Address told = socket.local();
        if (Address.of(options.publicHost(), 0).isIp()) {
            told = told.withHost(options.publicHost());
        }
        SocksUdp client =
                SocksUdp.server(socket, told, sender -> isClient(session, control, sender), options.resolveSources());
        control.closed().onComplete(v -> socket.close());
        return new Intent.Associate(
                session, Optional.empty(), client, control, new AssociateReply(party, client), options.idleTimeout());
    }

    /** Behind a PROXY header datagrams come from the client itself or over its balancer. */
    private static boolean isClient(Session session, Stream control, Address sender) {
        return sender.host().equals(control.remote().host())
                || sender.host().equals(session.client().host());
    }

    private Intent tunnel(Session session, Party client) {
        return new Intent.Associate(
                session,
                Optional.empty(),
                DatagramStream.over(client.stream(), SocksFrames.FRAMING),
                client.stream(),
                new Socks5Answer(client),
                options.idleTimeout());
    }

    private Intent udpBind(Session session, Party client, Address asked) {
        UdpBind bind = new UdpBind(client);
        return new Intent.Bind(
                session,
                Destination.udp(options.local(asked)),
                Offer.of(session, options.reach()),
                bind,
                client.stream(),
                bind);
    }
}
