package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.warren.cluster.Cluster;
import io.warren.cluster.Peer;
import io.warren.control.Certificates;
import io.warren.net.Drops;
import io.warren.service.Activity;
import io.warren.service.Endpoints;
import io.warren.spi.Endpoint;
import io.warren.spi.RecordCounts;
import io.warren.spi.Renewed;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The {@code warren_*} metrics of what Warren has and gost does not: agents, endpoints, the cluster, what was refused or dropped. All read counters that are
 * there anyway.
 */
public final class OwnSeries {
    /** Endpoints that are told apart; the others are one. */
    private static final int MOST_ENDPOINTS = 2_000;

    private static final String TUNNELS = "tunnels";
    private static final String OTHERS = "others";
    private static final double SECONDS_IN_MILLIS = 1e-3;
    private static final Map<String, String> NONE = Map.of();

    private final Activity activity;
    private final Endpoints endpoints;
    private final Supplier<Optional<Cluster>> cluster;
    private final BooleanSupplier draining;
    private final Supplier<Future<JsonObject>> configuration;
    private final Renewed renewed;
    private final RecordCounts records;

    /**
     * @param configuration what is in force: names the files of certificates
     * @param renewed what counts in their place
     */
    public OwnSeries(
            Activity activity,
            Endpoints endpoints,
            Supplier<Optional<Cluster>> cluster,
            BooleanSupplier draining,
            Supplier<Future<JsonObject>> configuration,
            Renewed renewed,
            RecordCounts records) {
        this.activity = activity;
        this.endpoints = endpoints;
        this.cluster = cluster;
        this.draining = draining;
        this.configuration = configuration;
        this.renewed = renewed;
        this.records = records;
    }

    /** Nothing when it cannot be said: the other metrics are worth more. */
    Future<JsonObject> configuration() {
        return configuration.get().otherwise(new JsonObject());
    }

    /** Reads files: not on an event loop. */
    void write(Exposition out, JsonObject inForce) {
        directory(out);
        activity.failures()
                .sums()
                .forEach((kind, count) -> out.counter(
                        "warren_sessions_failed_total",
                        "Sessions, and requests in them, that were refused or broke off.",
                        Exposition.labels("kind", kind.name().toLowerCase(Locale.ROOT)),
                        count));
        out.counter(
                "warren_datagrams_dropped_total",
                "Datagrams that were given up because a queue or a table was full.",
                NONE,
                Drops.datagrams());
        records.all()
                .forEach((recorder, counts) -> out.counter(
                        "warren_records_dropped_total",
                        "Records that a recorder had no room for or its server did not want.",
                        Exposition.labels("recorder", recorder),
                        counts.drops()));
        out.gauge(
                "warren_draining",
                "1 while this member is out of service or on the way there.",
                NONE,
                draining.getAsBoolean() ? 1 : 0);
        Optional<Cluster> member = cluster.get();
        out.gauge(
                "warren_cluster_members",
                "Members of the cluster, this one included.",
                NONE,
                member.map(c -> c.members().size()).orElse(0));
        trunk(out, member);
        certificates(out, inForce);
    }

    private static final class Place {
        private int agents;
        private int streams;

        void add(Place other) {
            agents += other.agents;
            streams += other.streams;
        }
    }

    private void directory(Exposition out) {
        List<Endpoints.Known> known = endpoints.known();
        Map<Endpoint, Place> places = new HashMap<>();
        known.forEach(registration -> {
            Place place = places.computeIfAbsent(registration.endpoint(), e -> new Place());
            place.agents++;
            place.streams += registration.live();
        });
        out.gauge(
                "warren_directory_endpoints",
                "Endpoints that agents serve, of the whole cluster.",
                NONE,
                places.size());
        out.gauge(
                "warren_directory_registrations",
                "Registrations of agents for endpoints, of the whole cluster.",
                NONE,
                known.size());
        bounded(places).forEach((name, place) -> {
            Map<String, String> labels = Exposition.labels("endpoint", name);
            out.gauge(
                    "warren_endpoint_agents",
                    "Agents that serve an endpoint, of the whole cluster.",
                    labels,
                    place.agents);
            out.gauge(
                    "warren_endpoint_streams",
                    "Live streams to the agents of an endpoint, of the whole cluster.",
                    labels,
                    place.streams);
        });
        out.gauge(
                "warren_agents",
                "Agents that are connected to this member.",
                NONE,
                endpoints.registrants().stream()
                        .map(registrant -> registrant.session().sid())
                        .distinct()
                        .count());
        out.gauge("warren_agent_streams", "Live streams to the agents of this member.", NONE, endpoints.live());
        String takeovers = "warren_takeovers_total";
        String help = "Registrations of this member that another one took the place of.";
        out.counter(takeovers, help, Exposition.labels("by", "session"), endpoints.replacements());
        out.counter(takeovers, help, Exposition.labels("by", "user"), endpoints.losses());
    }

    /** Who knows the name of a tunnel can visit it, and metrics are often open to everybody. */
    private static String name(Endpoint endpoint) {
        return endpoint.isNamed() ? TUNNELS : endpoint.toString();
    }

    private static Map<String, Place> bounded(Map<Endpoint, Place> places) {
        Map<String, Place> sorted = new TreeMap<>();
        places.forEach((endpoint, place) ->
                sorted.computeIfAbsent(name(endpoint), n -> new Place()).add(place));
        Map<String, Place> bounded = new TreeMap<>();
        sorted.forEach((name, place) -> bounded.computeIfAbsent(
                        bounded.size() < MOST_ENDPOINTS ? name : OTHERS, n -> new Place())
                .add(place));
        return bounded;
    }

    private static void trunk(Exposition out, Optional<Cluster> member) {
        out.gauge(
                "warren_trunk_streams",
                "Streams of visitors that this member has handed to others.",
                NONE,
                member.map(Cluster::streams).orElse(0L));
        out.counter(
                "warren_trunk_attempts_total",
                "Streams of visitors that this member wanted to hand to others.",
                NONE,
                member.map(Cluster::attempts).orElse(0L));
        out.counter(
                "warren_trunk_misses_total",
                "Streams of visitors that others could not bring to an agent.",
                NONE,
                member.map(Cluster::misses).orElse(0L));
        for (Peer peer : member.map(Cluster::peers).orElse(List.of())) {
            Map<String, String> labels = Exposition.labels("peer", peer.name());
            out.gauge(
                    "warren_trunk_up",
                    "1 when the other member answered over the trunk when it was asked last.",
                    labels,
                    peer.answers() ? 1 : 0);
            out.histogram(
                    "warren_trunk_round_trip_seconds",
                    "How long the other member took to answer over the trunk.",
                    labels,
                    peer.roundTrips());
        }
    }

    private void certificates(Exposition out, JsonObject inForce) {
        Map<String, Instant> ends = new TreeMap<>();
        for (JsonObject certificate : Certificates.of(inForce, renewed)) {
            // A chain is worth as much as the one of its certificates that ends first.
            Optional.ofNullable(certificate.getString("notAfter"))
                    .ifPresent(end -> ends.merge(
                            certificate.getString("file"), Instant.parse(end), (a, b) -> a.isBefore(b) ? a : b));
        }
        ends.forEach((file, end) -> out.gauge(
                "warren_certificate_end_seconds",
                "When a certificate of the configuration ends, since unix epoch.",
                Exposition.labels("file", file),
                end.toEpochMilli() * SECONDS_IN_MILLIS));
    }
}
