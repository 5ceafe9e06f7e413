package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.warren.layer.tls.TlsLayer;
import io.warren.layer.tls.TlsServerOptions;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.ProxyException.Side;
import io.warren.net.Stream;
import io.warren.spi.Authenticator;
import io.warren.spi.Credentials;
import io.warren.spi.Eventually;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The server's part of a SOCKS5 negotiation: which method, TLS where it says so, and the login. */
final class Methods {
    private final Optional<Authenticator> authenticator;
    private final Optional<TlsServerOptions> tls;
    private final Duration patience;

    /**
     * @param tls empty = gost's methods with TLS are not accepted
     * @param patience for the TLS handshake
     */
    Methods(Optional<Authenticator> authenticator, Optional<TlsServerOptions> tls, Duration patience) {
        this.authenticator = authenticator;
        this.tls = tls;
        this.patience = patience;
    }

    /**
     * Negotiates. A client that need not log in and offers to, as gost's clients do, is let in with any credentials.
     *
     * @return whether the client introduces itself next
     */
    Future<Boolean> negotiate(Session session, Intake intake) {
        Stream client = intake.stream();
        boolean exempt = authenticator.isPresent() && !authenticator.get().needs(session);
        return intake.read(Greeting::decode)
                .compose(greeting -> choose(client, greeting, exempt)
                        .compose(method -> follow(session, intake, method, exempt))
                        .map(greeting.offers(Greeting.INTRODUCTION)));
    }

    private Future<Void> follow(Session session, Intake intake, int chosen, boolean exempt) {
        Stream client = intake.stream();
        return Future.succeededFuture(chosen)
                .compose(method -> encrypts(method) ? encrypted(client).map(method) : Future.succeededFuture(method))
                .compose(method -> asksForLogin(method)
                        ? intake.read(Login::decode).compose(login -> check(session, client, login, exempt))
                        : Future.succeededFuture());
    }

    private Future<Stream> encrypted(Stream client) {
        return Eventually.within(
                        client.context(), patience, "TLS handshake", TlsLayer.accept(client, tls.orElseThrow(), true))
                .recover(e -> Future.failedFuture(
                        ProxyException.of(ProxyException.from(e).kind(), Side.CLIENT, e.getMessage())));
    }

    private static boolean encrypts(int method) {
        return method == Greeting.TLS || method == Greeting.TLS_USER_PASSWORD;
    }

    private static boolean asksForLogin(int method) {
        return method == Greeting.USER_PASSWORD || method == Greeting.TLS_USER_PASSWORD;
    }

    private Future<Integer> choose(Stream client, Greeting greeting, boolean exempt) {
        Optional<Integer> choice =
                candidates(exempt).stream().filter(greeting::offers).findFirst();
        ByteBuf said = Greeting.encodeChoice(choice.orElse(Greeting.NONE_ACCEPTABLE));
        return Told.client(
                        client,
                        greeting.offers(Greeting.INTRODUCTION)
                                ? Unpooled.wrappedBuffer(Greeting.encodeChoice(Greeting.INTRODUCTION), said)
                                : said)
                .compose(told -> choice.<Future<Integer>>map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(noneOf(greeting))));
    }

    private List<Integer> candidates(boolean exempt) {
        List<Integer> open = tls.isPresent() ? List.of(Greeting.TLS, Greeting.NO_AUTH) : List.of(Greeting.NO_AUTH);
        if (authenticator.isEmpty()) {
            return open;
        }
        List<Integer> guarded = tls.isPresent()
                ? List.of(Greeting.TLS_USER_PASSWORD, Greeting.USER_PASSWORD)
                : List.of(Greeting.USER_PASSWORD);
        return exempt
                ? java.util.stream.Stream.concat(guarded.stream(), open.stream())
                        .toList()
                : guarded;
    }

    private ProxyException noneOf(Greeting greeting) {
        String offered = "methods " + greeting.methods();
        return authenticator.isEmpty()
                ? ProxyException.unsupported(offered + " (expected: 0 among them)")
                : ProxyException.of(Kind.UNAUTHORIZED, Side.CLIENT, offered + " (expected: 2 among them)");
    }

    private Future<Void> check(Session session, Stream client, Credentials login, boolean exempt) {
        Future<String> id = exempt || authenticator.isEmpty()
                ? Future.succeededFuture("")
                : authenticator
                        .get()
                        .authenticate(session, login.user(), login.password().reveal());
        return id.recover(refused ->
                        Told.client(client, Login.encodeVerdict(false)).transform(told -> Future.failedFuture(refused)))
                .compose(user -> {
                    session.trace().user(user);
                    return Told.client(client, Login.encodeVerdict(true));
                });
    }
}
