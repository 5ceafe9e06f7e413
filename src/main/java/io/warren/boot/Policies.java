package io.warren.boot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.ProxyException;
import io.warren.policy.admission.Admissions;
import io.warren.policy.admission.ClientList;
import io.warren.policy.auth.Auther;
import io.warren.policy.auth.Authers;
import io.warren.policy.auth.Skip;
import io.warren.policy.bypass.Bypasses;
import io.warren.policy.bypass.DestinationList;
import io.warren.policy.hosts.HostTable;
import io.warren.policy.ingress.AnnouncedHosts;
import io.warren.policy.ingress.IngressTable;
import io.warren.policy.limit.ConnectionLimiter;
import io.warren.policy.limit.RequestLimiter;
import io.warren.policy.limit.ServiceLimits;
import io.warren.policy.limit.TrafficLimiter;
import io.warren.policy.observe.Observer;
import io.warren.policy.record.RecorderObject;
import io.warren.policy.record.ServiceRecords;
import io.warren.policy.resolver.DnsResolver;
import io.warren.relay.Direct;
import io.warren.route.Matchers;
import io.warren.spi.Admission;
import io.warren.spi.Authenticator;
import io.warren.spi.Bypass;
import io.warren.spi.Directory;
import io.warren.spi.HostMapper;
import io.warren.spi.Ingress;
import io.warren.spi.Limits;
import io.warren.spi.RecordCounts;
import io.warren.spi.Records;
import io.warren.spi.Resolver;
import io.warren.spi.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The named policy objects of one configuration, and what a section refers to of them. A reference to nothing, which only a lenient start lets pass,
 * denies.
 */
final class Policies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("policy");

    /** Where names are looked up. */
    record Names(Optional<HostMapper> hosts, Optional<Resolver> resolver) {
        static final Names NONE = new Names(Optional.empty(), Optional.empty());

        Names orElse(Names other) {
            return new Names(hosts.or(other::hosts), resolver.or(other::resolver));
        }
    }

    private static final List<String> LISTS = List.of(
            "authers",
            "admissions",
            "bypasses",
            "hosts",
            "ingresses",
            "resolvers",
            "limiters",
            "climiters",
            "rlimiters",
            "recorders",
            "observers");

    private final List<AutoCloseable> sources = new ArrayList<>();
    private final Map<String, Authenticator> authers;
    private final Map<String, Admission> admissions;
    private final Map<String, Bypass> bypasses;
    private final Map<String, HostMapper> hosts;
    private final Map<String, Ingress> ingresses;
    private final Map<String, RecorderObject> recorders;
    private final Map<String, Observer> observers;
    private final Map<String, TrafficLimiter> limiters;
    private final Map<String, ConnectionLimiter> climiters;
    private final Map<String, RequestLimiter> rlimiters;
    private final Map<String, Resolver> resolvers = new LinkedHashMap<>();
    private final List<Future<Void>> ready = new ArrayList<>();

    private final String fingerprint;

    private Policies(Vertx vertx, Settings root, ChainsOnDemand chains, RecordCounts counts) {
        fingerprint = LISTS.stream()
                .flatMap(list -> root.list(list).stream())
                .map(Settings::fingerprint)
                .collect(Collectors.joining());
        authers = all(vertx, root, "authers", Auther::read, Auther::ready);
        admissions = all(vertx, root, "admissions", ClientList::read, ClientList::ready);
        bypasses = all(vertx, root, "bypasses", DestinationList::read, DestinationList::ready);
        hosts = all(vertx, root, "hosts", HostTable::read, HostTable::ready);
        ingresses = all(vertx, root, "ingresses", IngressTable::read, IngressTable::ready);
        recorders = all(
                vertx,
                root,
                "recorders",
                (v, section) -> RecorderObject.read(v, section, counts),
                recorder -> Future.succeededFuture());
        observers = all(vertx, root, "observers", Observer::read, observer -> Future.succeededFuture());
        limiters = all(vertx, root, "limiters", TrafficLimiter::read, TrafficLimiter::ready);
        climiters = all(vertx, root, "climiters", ConnectionLimiter::read, ConnectionLimiter::ready);
        rlimiters = all(vertx, root, "rlimiters", RequestLimiter::read, RequestLimiter::ready);
        for (Settings section : root.list("resolvers")) {
            resolvers.putIfAbsent(
                    section.text("", "name"), DnsResolver.read(vertx, section, Direct.EGRESS, chains::named));
        }
    }

    /**
     * @param counts where recorders count, whatever configuration they are of
     * @param running kept when nothing about it has changed, since services that stay use its objects
     */
    static Policies read(
            Vertx vertx, Settings root, ChainsOnDemand chains, RecordCounts counts, Optional<Policies> running) {
        Policies read = new Policies(vertx, root, chains, counts);
        if (running.filter(old -> old.fingerprint.equals(read.fingerprint)).isEmpty()) {
            return read;
        }
        read.close();
        return running.get();
    }

    private <T, S extends AutoCloseable> Map<String, T> all(
            Vertx vertx,
            Settings root,
            String list,
            BiFunction<Vertx, Settings, S> read,
            Function<S, Future<Void>> whenReady) {
        Map<String, T> objects = new LinkedHashMap<>();
        for (Settings section : root.list(list)) {
            S object = read.apply(vertx, section);
            sources.add(object);
            ready.add(whenReady.apply(object));
            @SuppressWarnings("unchecked") // S is what T is made of in each of the calls above.
            T policy = (T) object;
            objects.putIfAbsent(section.text("", "name"), policy);
        }
        return objects;
    }

    /** The same as long as none of the objects has changed. */
    String fingerprint() {
        return fingerprint;
    }

    /** Completes when files and URLs have been read once: before that a list of the forbidden forbids nothing. */
    Future<Void> ready() {
        return Future.join(ready).mapEmpty();
    }

    /** Named authers, of which any may accept; else inline {@code auth}; else empty. */
    Optional<Authenticator> authenticator(Settings section) {
        List<Authenticator> named = new ArrayList<>();
        for (String name : references(section, "auther", "authers")) {
            named.add(auther(name));
        }
        Optional<Authenticator> inline = Auther.inline(section);
        return (named.isEmpty() ? inline : Optional.of(Authers.firstOf(named)))
                .map(authenticator -> Skip.around(authenticator, section.metadata()));
    }

    /** The named auther and inline {@code auth}, of which either may accept; empty = neither. */
    Optional<Authenticator> either(Settings section) {
        List<Authenticator> asked = new ArrayList<>();
        String name = section.text("", "auther");
        if (!name.isEmpty()) {
            asked.add(auther(name));
        }
        Auther.inline(section).ifPresent(asked::add);
        return asked.isEmpty() ? Optional.empty() : Optional.of(Authers.firstOf(asked));
    }

    /** The named auther, or else inline {@code auth}; empty = neither. */
    Optional<Authenticator> instead(Settings section) {
        String name = section.text("", "auther");
        Optional<Authenticator> inline = Auther.inline(section);
        return name.isEmpty() ? inline : Optional.of(auther(name));
    }

    private Authenticator auther(String name) {
        return authers.getOrDefault(name, (session, user, password) -> {
            throw ProxyException.denied("no auther named \"" + name + "\"");
        });
    }

    /** All named admissions have to admit. */
    Admission admission(Settings section) {
        return Admissions.allOf(references(section, "admission", "admissions").stream()
                .map(name -> admissions.getOrDefault(name, client -> false))
                .toList());
    }

    Bypass bypass(Settings section) {
        return Bypasses.of(references(section, "bypass", "bypasses").stream()
                .map(name -> bypasses.getOrDefault(name, target -> true))
                .toList());
    }

    Names names(Settings section) {
        String table = section.text("", "hosts");
        return new Names(
                Optional.ofNullable(hosts.get(table)),
                Optional.ofNullable(resolvers.get(section.text("", "resolver"))));
    }

    /** How much the clients of a service may have. As with gost, a limiter that there is not limits nothing. */
    Limits limits(Settings service) {
        Settings metadata = service.metadata();
        for (String key : List.of("limiter.refreshInterval", "limiter.cleanupInterval")) {
            if (metadata.has(key)) {
                metadata.warning(key, "has no effect: what changes in a limiter counts at once");
            }
        }
        ServiceLimits.Scope scope = metadata.oneOf(ServiceLimits.Scope.ALL, ServiceLimits.Scope.class, "limiter.scope");
        return ServiceLimits.of(
                Optional.ofNullable(limiters.get(service.text("", "limiter"))),
                scope,
                Optional.ofNullable(climiters.get(service.text("", "climiter"))),
                Optional.ofNullable(rlimiters.get(service.text("", "rlimiter"))));
    }

    /** Once these policies are in force: what was counted by those before them goes on to count. */
    void takeOver(Policies earlier) {
        if (earlier != this) {
            pairs(limiters, earlier.limiters, TrafficLimiter::takeOver);
            pairs(climiters, earlier.climiters, ConnectionLimiter::takeOver);
            pairs(rlimiters, earlier.rlimiters, RequestLimiter::takeOver);
        }
    }

    private static <T> void pairs(Map<String, T> now, Map<String, T> earlier, BiConsumer<T, T> takeOver) {
        now.forEach((name, limiter) ->
                Optional.ofNullable(earlier.get(name)).ifPresent(old -> takeOver.accept(limiter, old)));
    }

    /**
     * The named one that a section refers to, else the rules in its {@code tunnel} key.
     *
     * @param directory knows what agents announce
     */
    Optional<Ingress> ingress(Settings section, Directory directory) {
        String name = section.text("", "ingress");
        if (!name.isEmpty() && !ingresses.containsKey(name)) {
            section.problem(
                    "ingress",
                    "no ingress named \"" + name + "\" (known: " + String.join(", ", ingresses.keySet()) + ")");
        }
        return name.isEmpty()
                ? IngressTable.inline(section)
                : Optional.of(AnnouncedHosts.beside(ingresses.getOrDefault(name, host -> Optional.empty()), directory));
    }

    /** What a service writes down, and where. */
    Records records(Settings service) {
        return ServiceRecords.read(service, name -> Optional.ofNullable(recorders.get(name)));
    }

    /** Who is told what a service or its handler does. */
    Optional<Observer> observer(Settings section) {
        return Optional.ofNullable(observers.get(section.text("", "observer")));
    }

    /** Completes when all that has been recorded so far has been written or dropped. */
    Future<Void> recorded() {
        return Future.join(
                        recorders.values().stream().map(RecorderObject::flushed).toList())
                .mapEmpty();
    }

    /** Whether anything is recorded. */
    boolean recording() {
        return !recorders.isEmpty();
    }

    /** A node's rule or filter. */
    Matchers.Rule matcher(Settings node) {
        return Matchers.read(node, new Matchers.Policies() {
            @Override
            public Optional<Bypass> bypass(String name) {
                return Optional.ofNullable(bypasses.get(name));
            }

            @Override
            public Optional<Admission> admission(String name) {
                return Optional.ofNullable(admissions.get(name));
            }
        });
    }

    private static List<String> references(Settings section, String one, String many) {
        List<String> names = new ArrayList<>();
        String first = section.text("", one);
        if (!first.isEmpty()) {
            names.add(first);
        }
        names.addAll(section.texts(many));
        return names;
    }

    @Override
    public void close() {
        for (AutoCloseable source : sources) {
            try {
                source.close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("a source does not close");
            }
        }
    }
}
