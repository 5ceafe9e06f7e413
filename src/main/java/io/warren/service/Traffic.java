package io.warren.service;

import io.warren.net.Histogram;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What services have done since counting began, by client, for monitoring: sums never go down, what a replaced service did stays in them. How many clients of a
 * service are told apart is bounded. Any thread.
 */
public final class Traffic {
    /** The name of all clients of a service, and of all services, beyond those that are told apart. */
    public static final String OTHERS = "others";

    private static final int MAX_CLIENTS = 2_000;

    /** Ports that agents bind come and go. */
    private static final int MAX_SERVICES = 5_000;

    /** gost's. */
    private static final List<Double> BOUNDS =
            List.of(.005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0, 60.0);

    /** Failures that are no fault of anybody who could do something about it. */
    private static final Set<Kind> USUAL = EnumSet.of(Kind.CLOSED, Kind.DENIED, Kind.LIMITED);

    private final Map<String, OfService> services = new ConcurrentHashMap<>();

    /** One service: its clients by IP, and how long their sessions took. */
    public static final class OfService {
        private final Map<String, OfClient> clients = new ConcurrentHashMap<>();
        private final Histogram durations = new Histogram(BOUNDS);

        OfClient client(String ip) {
            OfClient known = clients.get(ip);
            return known != null
                    ? known
                    : clients.computeIfAbsent(clients.size() < MAX_CLIENTS ? ip : OTHERS, i -> new OfClient(durations));
        }

        public Map<String, OfClient> clients() {
            return clients;
        }

        /** Of sessions that have ended. */
        public Histogram durations() {
            return durations;
        }
    }

    /** One client of one service. */
    public static final class OfClient {
        private final Histogram durations;
        private final AtomicLong sessions = new AtomicLong();
        private final AtomicLong current = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final AtomicLong in = new AtomicLong();
        private final AtomicLong out = new AtomicLong();

        private OfClient(Histogram durations) {
            this.durations = durations;
        }

        void began() {
            sessions.incrementAndGet();
            current.incrementAndGet();
        }

        void moved(long moreIn, long moreOut) {
            in.addAndGet(moreIn);
            out.addAndGet(moreOut);
        }

        void ended(long nanos) {
            current.decrementAndGet();
            durations.add(nanos);
        }

        void failed(Throwable why) {
            if (!(why instanceof ProxyException refusal && USUAL.contains(refusal.kind()))) {
                failed.incrementAndGet();
            }
        }

        /** Sessions so far, those that are going on included. */
        public long sessions() {
            return sessions.get();
        }

        /** Sessions that are going on. */
        public long current() {
            return current.get();
        }

        /** Sessions that ended with a failure; not when somebody just left, or a rule forbade it. */
        public long failed() {
            return failed.get();
        }

        /** Payload bytes from the client. */
        public long in() {
            return in.get();
        }

        /** Payload bytes to the client. */
        public long out() {
            return out.get();
        }
    }

    OfService service(String name) {
        return services.computeIfAbsent(
                services.containsKey(name) || services.size() < MAX_SERVICES ? name : OTHERS, n -> new OfService());
    }

    public Map<String, OfService> services() {
        return services;
    }
}
