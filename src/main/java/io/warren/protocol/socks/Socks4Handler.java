package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;

/** Serves SOCKS4 and SOCKS4A clients. A configured user is checked by its id alone, with an empty password. */
final class Socks4Handler extends VerticleBase implements Handler {
    private final Scope scope;
    private final Socks4Options options;

    Socks4Handler(Scope scope, Socks4Options options) {
        this.scope = scope;
        this.options = options;
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Stream client = inbound.stream();
        Intake intake = Intake.of(client, options.readTimeout());
        return intake.read(Socks4Request::decode)
                .onComplete(read -> intake.done())
                .compose(request -> {
                    Reply reply = new Socks4Answer(client);
                    return permit(inbound.session(), request)
                            .<Intent>map(permitted -> connect(inbound.session(), request.target(), client, reply))
                            .recover(e -> refuse(reply, e));
                });
    }

    private Future<Void> permit(Session session, Socks4Request request) {
        if (request.command() != Socks4Request.CONNECT) {
            return Future.failedFuture(ProxyException.unsupported("command " + request.command() + " (expected: 1)"));
        }
        return scope.authenticator()
                .filter(authenticator -> authenticator.needs(session))
                .map(authenticator -> authenticator.authenticate(session, request.user(), ""))
                .orElse(Future.succeededFuture(""))
                .onSuccess(id -> session.trace().user(id))
                .mapEmpty();
    }

    private Intent connect(Session session, Address asked, Stream client, Reply reply) {
        Address target = asked.host().isEmpty() ? asked.withHost("127.0.0.1") : asked;
        Session own = options.hashHost() ? session.hashing(target.toString()) : session;
        return Intent.Connect.to(
                        own, Destination.tcp(target), client, options.sniffing().behind(reply, session, client, scope))
                .idleAfter(options.idleTimeout());
    }

    private static Future<Intent> refuse(Reply reply, Throwable why) {
        return reply.refused(ProxyException.from(why)).transform(told -> Future.failedFuture(why));
    }

    private record Socks4Answer(Stream client) implements Reply {
        @Override
        public Future<Void> accepted(Address bound) {
            return Told.client(client, new Socks4Reply(Socks4Reply.GRANTED).encode());
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            return Told.client(client, Socks4Reply.refusing(why.kind()).encode());
        }
    }
}
