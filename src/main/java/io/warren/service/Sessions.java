package io.warren.service;

import io.vertx.core.Context;
import io.warren.net.Meter;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Session;
import io.warren.spi.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The sessions of one instance of a service, and what it has done so far. All of one event loop. */
final class Sessions {
    /** A rate over less time than this says nothing. */
    private static final long RATE_NANOS = 500_000_000;

    private final String service;
    private final Context context;
    private final Optional<Traffic.OfService> traffic;
    private final Optional<UserSums> users;
    // A ring whose entries are the sessions themselves: nothing is allocated or hashed per connection but the entry.
    private final Live ring = new Live();
    private long total;
    private long current;
    private long failed;
    private long endedIn;
    private long endedOut;

    /**
     * @param traffic where monitoring counts, when it does
     * @param users where what each user does is counted, when it is
     */
    Sessions(String service, Context context, Optional<Traffic.OfService> traffic, Optional<UserSums> users) {
        this.service = service;
        this.context = context;
        this.traffic = traffic;
        this.users = users;
    }

    String service() {
        return service;
    }

    Context context() {
        return context;
    }

    /** One that is going on. */
    static final class Live {
        private Live before = this;
        private Live after = this;
        private Inbound inbound;
        private LiveSession.Kind kind = LiveSession.Kind.OPEN;
        private Optional<String> cut = Optional.empty();
        private Optional<Traffic.OfClient> client = Optional.empty();
        private long startedAt;
        private long toldIn;
        private long toldOut;
        private long sampledAt;
        private long sampledIn;
        private long sampledOut;
        private double inRate;
        private double outRate;

        private Live() {}

        void wants(Intent intent) {
            if (intent instanceof Intent.Connect) {
                kind = LiveSession.Kind.CONNECT;
            } else if (intent instanceof Intent.Associate) {
                kind = LiveSession.Kind.ASSOCIATE;
            } else if (intent instanceof Intent.Bind) {
                kind = LiveSession.Kind.BIND;
            }
        }

        /** Why it was ended from outside; empty when it was not. */
        Optional<ProxyException> cut() {
            return cut.map(why -> ProxyException.of(ProxyException.Kind.CLOSED, ProxyException.Side.SELF, why));
        }

        private void cut(String why) {
            cut = Optional.of(why);
            inbound.conduit().close();
        }

        /** Before a client has logged in, it is nobody's. */
        private boolean countsForItsUser() {
            Trace trace = inbound.session().trace();
            return kind != LiveSession.Kind.OPEN
                    || !trace.user().isEmpty()
                    || trace.meter().in() > 0;
        }

        /** Tells monitoring what it does not know yet. */
        private void tell() {
            if (client.isPresent()) {
                Meter meter = inbound.session().trace().meter();
                long in = meter.in();
                long out = meter.out();
                client.get().moved(in - toldIn, out - toldOut);
                toldIn = in;
                toldOut = out;
            }
        }

        private LiveSession view(long now) {
            Session session = inbound.session();
            Trace trace = session.trace();
            long in = trace.meter().in();
            long out = trace.meter().out();
            long nanos = now - sampledAt;
            if (nanos >= RATE_NANOS) {
                inRate = (in - sampledIn) * 1e9 / nanos;
                outRate = (out - sampledOut) * 1e9 / nanos;
                sampledAt = now;
                sampledIn = in;
                sampledOut = out;
            }
            return new LiveSession(
                    session.sid(),
                    session.service(),
                    kind,
                    session.start(),
                    session.client(),
                    trace.user(),
                    trace.target(),
                    trace.route(),
                    in,
                    out,
                    inRate,
                    outRate,
                    kind == LiveSession.Kind.BIND && inbound.conduit() instanceof Stream stream
                            ? stream.roundTrip()
                            : Optional.empty());
        }
    }

    Live began(Inbound inbound) {
        Live live = new Live();
        live.inbound = inbound;
        live.startedAt = System.nanoTime();
        live.sampledAt = live.startedAt;
        if (traffic.isPresent()) {
            Traffic.OfClient client =
                    traffic.get().client(inbound.session().client().host());
            client.began();
            live.client = Optional.of(client);
        }
        live.before = ring.before;
        live.after = ring;
        live.before.after = live;
        ring.before = live;
        total++;
        current++;
        return live;
    }

    void ended(Live live, Optional<Throwable> failure) {
        live.before.after = live.after;
        live.after.before = live.before;
        Meter meter = live.inbound.session().trace().meter();
        endedIn += meter.in();
        endedOut += meter.out();
        current--;
        if (failure.isPresent()) {
            failed++;
        }
        users.filter(sums -> live.countsForItsUser())
                .ifPresent(sums -> sums.ended(live.inbound.session().trace(), failure.isPresent()));
        live.client.ifPresent(client -> {
            live.tell();
            client.ended(System.nanoTime() - live.startedAt);
            failure.ifPresent(client::failed);
        });
    }

    /** Brings what monitoring knows up to date. Says how many sessions that was about. */
    long tell() {
        for (Live live = ring.after; live != ring; live = live.after) {
            live.tell();
        }
        return current;
    }

    boolean empty() {
        return current == 0;
    }

    ServiceStats stats() {
        long in = endedIn;
        long out = endedOut;
        for (Live live = ring.after; live != ring; live = live.after) {
            Meter meter = live.inbound.session().trace().meter();
            in += meter.in();
            out += meter.out();
        }
        return new ServiceStats(total, current, failed, in, out);
    }

    /** The sums of each user. */
    Map<String, ServiceStats> users() {
        if (users.isEmpty()) {
            return Map.of();
        }
        Map<String, ServiceStats> sums = users.get().ended();
        for (Live live = ring.after; live != ring; live = live.after) {
            if (live.countsForItsUser()) {
                Trace trace = live.inbound.session().trace();
                sums.merge(
                        users.get().name(trace.user()),
                        new ServiceStats(
                                1, 1, 0, trace.meter().in(), trace.meter().out()),
                        ServiceStats::plus);
            }
        }
        return sums;
    }

    List<LiveSession> list() {
        long now = System.nanoTime();
        List<LiveSession> sessions = new ArrayList<>((int) Math.min(current, Integer.MAX_VALUE));
        for (Live live = ring.after; live != ring; live = live.after) {
            sessions.add(live.view(now));
        }
        return sessions;
    }

    int close(Predicate<LiveSession> which, String why) {
        long now = System.nanoTime();
        List<Live> found = new ArrayList<>();
        for (Live live = ring.after; live != ring; live = live.after) {
            if (which.test(live.view(now))) {
                found.add(live);
            }
        }
        found.forEach(live -> live.cut(why));
        return found.size();
    }
}
