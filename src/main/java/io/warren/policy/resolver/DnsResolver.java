package io.warren.policy.resolver;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Egress;
import io.warren.spi.Resolver;
import io.warren.spi.Session;
import io.warren.spi.Settings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An entry of {@code resolvers}: nameservers, asked in order until one of them knows an address. Equal questions at the same time are asked once, answers
 * are kept for their time. An IP literal is its own address. Any event loop.
 */
public final class DnsResolver implements Resolver {
    private static final Logger LOG = LoggerFactory.getLogger("policy");
    private static final Duration WITHOUT_RECORDS = Duration.ofSeconds(60);
    private static final int MAX_REFRESHES = 32;

    private record Asked(Nameserver server, Question question) {}

    private final Vertx vertx;
    private final List<Nameserver> servers;
    private final Cache cache;
    private final ConcurrentMap<Asked, Future<List<InetAddress>>> running = new ConcurrentHashMap<>();
    private final Semaphore refreshes = new Semaphore(MAX_REFRESHES);

    DnsResolver(Vertx vertx, List<Nameserver> servers, LongSupplier nanos) {
        this.vertx = vertx;
        this.servers = List.copyOf(servers);
        this.cache = new Cache(nanos);
    }

    /**
     * Reads an entry of {@code resolvers}.
     *
     * @param direct the way to nameservers without a chain
     * @param chains finds a chain by name; asked at each exchange, on its event loop. When there is none the exchange fails: questions that were meant for a
     *     chain are not to be seen outside
     */
    public static DnsResolver read(
            Vertx vertx, Settings section, Egress direct, Function<String, Optional<Egress>> chains) {
        return new DnsResolver(vertx, NameserverReader.read(section, direct, chains), System::nanoTime);
    }

    @Override
    public Future<InetAddress> resolve(Session session, String host) {
        return addresses(session, host).map(all -> all.get(0));
    }

    /** All addresses of the first family that has some, in the order of the answer, never empty; fails as {@link #resolve}. */
    public Future<List<InetAddress>> addresses(Session session, String host) {
        Address literal = Address.of(host, 0);
        if (literal.isIp()) {
            return Future.succeededFuture(List.of(literal.ip()));
        }
        try {
            return ask(vertx.getOrCreateContext(), session, Question.name(host), 0, Optional.empty());
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<List<InetAddress>> ask(
            Context context, Session session, String name, int at, Optional<Throwable> before) {
        if (at == servers.size()) {
            return Future.failedFuture(ProxyException.upstream(
                    ProxyException.Kind.RESOLVE,
                    "no address for " + name
                            + before.map(e -> ": " + e.getMessage()).orElse("")));
        }
        Nameserver server = servers.get(at);
        return ask(context, session, server, name, 0)
                .compose(
                        found -> found.isEmpty()
                                ? ask(context, session, name, at + 1, before)
                                : Future.succeededFuture(found),
                        e -> {
                            LOG.debug("{}", e.getMessage());
                            return ask(context, session, name, at + 1, Optional.of(e));
                        });
    }

    /** The server's families in order; the next one is asked when the one before has no address, or the server cannot say. */
    private Future<List<InetAddress>> ask(
            Context context, Session session, Nameserver server, String name, int family) {
        Question question = new Question(name, server.families().get(family));
        Future<List<InetAddress>> found = look(context, session, server, question);
        if (family + 1 == server.families().size()) {
            return found;
        }
        return found.compose(
                addresses -> addresses.isEmpty()
                        ? ask(context, session, server, name, family + 1)
                        : Future.succeededFuture(addresses),
                e -> e instanceof Refusal ? ask(context, session, server, name, family + 1) : Future.failedFuture(e));
    }

    private Future<List<InetAddress>> look(Context context, Session session, Nameserver server, Question question) {
        Optional<Cache.Hit> hit = server.ttl().isNegative() ? Optional.empty() : cache.find(question);
        if (hit.isPresent() && hit.get().fresh()) {
            return Future.succeededFuture(hit.get().addresses());
        }
        if (hit.isPresent() && server.async()) {
            refresh(context, session, server, question);
            return Future.succeededFuture(hit.get().addresses());
        }
        // What another event loop asked completes here.
        return Loops.back(context, fetch(context, session, server, question));
    }

    private void refresh(Context context, Session session, Nameserver server, Question question) {
        if (!running.containsKey(new Asked(server, question)) && refreshes.tryAcquire()) {
            fetch(context, session, server, question).onComplete(done -> {
                refreshes.release();
                if (done.failed()) {
                    LOG.debug("{}", done.cause().getMessage());
                }
            });
        }
    }

    private Future<List<InetAddress>> fetch(Context context, Session session, Nameserver server, Question question) {
        Asked asked = new Asked(server, question);
        Promise<List<InetAddress>> mine = Promise.promise();
        Future<List<InetAddress>> theirs = running.putIfAbsent(asked, mine.future());
        if (theirs != null) {
            return theirs;
        }
        // A session of its own: the client's trace tells the client's route, not that of a question.
        context.runOnContext(v -> Future.succeededFuture()
                .compose(now -> server.exchange(context, session.child(), question))
                .compose(answer -> keep(server, question, answer))
                .onComplete(done -> {
                    running.remove(asked);
                    mine.handle(done);
                }));
        return mine.future();
    }

    private Future<List<InetAddress>> keep(Nameserver server, Question question, Answer answer) {
        if (answer.code() == Answer.NO_SUCH_NAME) {
            return Future.failedFuture(
                    ProxyException.upstream(ProxyException.Kind.RESOLVE, "nameserver " + server + ": no such name"));
        }
        if (answer.code() != 0) {
            return Future.failedFuture(new Refusal("nameserver " + server + ": code " + answer.code()));
        }
        if (!server.ttl().isNegative()) {
            Duration time = server.ttl().isZero() ? answer.ttl().orElse(WITHOUT_RECORDS) : server.ttl();
            cache.keep(question, answer.addresses(), time);
        }
        return Future.succeededFuture(answer.addresses());
    }

    /** The server does not answer this question; it may answer another. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message, null, false, false);
        }
    }
}
