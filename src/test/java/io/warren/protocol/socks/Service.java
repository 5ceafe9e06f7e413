package io.warren.protocol.socks;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Link;
import io.warren.net.ListenOptions;
import io.warren.net.Meter;
import io.warren.net.Paces;
import io.warren.net.ProxyException;
import io.warren.net.Relaying;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import io.warren.net.UdpOptions;
import io.warren.net.UdpSessions;
import io.warren.net.UdpSocket;
import io.warren.relay.DatagramPump;
import io.warren.spi.Authenticator;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** A handler behind a TCP port, on one context, and somebody who carries out what its clients ask for. */
final class Service {
    final BlockingQueue<Destination> asked = new LinkedBlockingQueue<>();
    final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    final BlockingQueue<Address> ports = new LinkedBlockingQueue<>();

    private final Context context;
    private final Egress egress;
    private Handler handler;
    private TcpServer server;

    private Service(Context context, Egress egress) {
        this.context = context;
        this.egress = egress;
    }

    static Service start(
            Vertx vertx,
            String host,
            Function<Scope, Handler> make,
            Optional<Authenticator> authenticator,
            Egress egress) {
        Service service = new Service(vertx.getOrCreateContext(), egress);
        service.server = Soon.result(service.context, () -> {
            service.handler = make.apply(scope(vertx, service.context, egress, authenticator));
            return Soon.deployed(service.handler, service.context)
                    .compose(v -> TcpServer.listen(
                            service.context, Address.of(host, 0), ListenOptions.DEFAULT, service::accept));
        });
        return service;
    }

    static Scope scope(Vertx vertx, Context context, Egress egress, Optional<Authenticator> authenticator) {
        return new Scope(
                vertx,
                context,
                "s",
                egress,
                authenticator,
                Optional.empty(),
                DialOptions.DEFAULT,
                name -> Future.failedFuture("no handler " + name));
    }

    /** A way out that goes to {@code address}, whatever is asked for. */
    static Egress always(Vertx vertx, Address address) {
        return (session, target) -> TcpDial.connect(vertx.getOrCreateContext(), address, DialOptions.DEFAULT);
    }

    /** A way out for datagrams, from a socket on {@code host}. */
    static Egress datagrams(Vertx vertx, String host) {
        return new Egress() {
            @Override
            public Future<Stream> connect(Session session, Destination target) {
                return Future.failedFuture("a stream");
            }

            @Override
            public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
                Context context = vertx.getOrCreateContext();
                return target.isPresent()
                        ? UdpSocket.connect(context, target.get().address(), DialOptions.DEFAULT, UdpOptions.DEFAULT)
                                .map(socket -> socket)
                        : UdpSocket.bind(context, Address.of(host, 0), UdpOptions.DEFAULT)
                                .map(socket -> socket);
            }
        };
    }

    static Egress failing(ProxyException.Kind kind) {
        return (session, target) -> Future.failedFuture(ProxyException.upstream(kind, "as the test says"));
    }

    Address address() {
        return server.address();
    }

    Wire client() {
        return Wire.to(address());
    }

    private void accept(Stream stream) {
        Session session = Session.of("s", stream.remote(), stream.local());
        handler.negotiate(new Inbound(session, stream))
                .compose(this::carryOut)
                .onFailure(failures::add)
                .onComplete(done -> stream.close());
    }

    private Future<Void> carryOut(Intent intent) {
        sessions.add(intent.session());
        if (intent instanceof Intent.Connect connect) {
            return connect(connect);
        } else if (intent instanceof Intent.Bind bind) {
            return bind(bind);
        }
        return associate((Intent.Associate) intent);
    }

    private static <T> Future<T> refuse(Reply reply, Throwable why) {
        return reply.refused(ProxyException.from(why)).transform(told -> Future.failedFuture(why));
    }

    private Future<Void> connect(Intent.Connect c) {
        asked.add(c.target());
        return egress.connect(c.session(), c.target())
                .recover(e -> refuse(c.reply(), e))
                .compose(upstream -> c.reply().accepted(upstream.local()).compose(told -> join(c.client(), upstream)));
    }

    private static Future<Void> join(Stream client, Stream upstream) {
        return Link.join(client, upstream, Relaying.counting(new Meter()));
    }

    private Future<Void> associate(Intent.Associate a) {
        return egress.associate(a.session(), a.target())
                .recover(e -> refuse(a.reply(), e))
                .compose(upstream -> a.reply()
                        .accepted(a.client().local())
                        .compose(told -> DatagramPump.run(
                                a.client(),
                                upstream,
                                a.control(),
                                to -> asked.add(Destination.udp(to)),
                                Duration.ZERO,
                                new Meter(),
                                Paces.FREE)));
    }

    private Future<Void> bind(Intent.Bind b) {
        asked.add(b.local());
        return b.local().network() == Network.UDP ? bindUdp(b) : bindTcp(b);
    }

    private Future<Void> bindUdp(Intent.Bind b) {
        return UdpSessions.listen(
                        context,
                        b.local().address(),
                        UdpSessions.Options.DEFAULT.keepAlive(true),
                        visitor -> b.back()
                                .associate(
                                        Session.of("visitors", visitor.remote(), visitor.local()),
                                        Optional.of(b.local()))
                                .compose(client -> DatagramPump.run(
                                        visitor, client, visitor, to -> true, Duration.ZERO, new Meter(), Paces.FREE))
                                .onFailure(failures::add))
                .recover(e -> refuse(b.reply(), e))
                .compose(port -> {
                    ports.add(port.address());
                    b.control().closed().onComplete(v -> port.close());
                    return b.reply()
                            .accepted(port.address())
                            .compose(told -> b.control().closed());
                });
    }

    private Future<Void> bindTcp(Intent.Bind b) {
        return TcpServer.listen(context, b.local().address(), ListenOptions.DEFAULT, visitor -> visit(b, visitor))
                .recover(e -> refuse(b.reply(), e))
                .compose(port -> {
                    ports.add(port.address());
                    b.control().closed().onComplete(v -> port.close());
                    return b.reply()
                            .accepted(port.address())
                            .compose(told -> b.control().closed());
                });
    }

    private void visit(Intent.Bind b, Stream visitor) {
        Session session = Session.of("visitors", visitor.remote(), visitor.local());
        b.back()
                .connect(session, b.local())
                .compose(client -> join(visitor, client))
                .onFailure(failures::add)
                .onComplete(v -> visitor.close());
    }
}
