package io.warren.console;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.warren.net.Loops;
import io.warren.route.Connects;
import io.warren.service.Activity;
import io.warren.service.Traffic;
import io.warren.spi.RecordCounts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

/**
 * All that monitoring can know about this process, as text for Prometheus: gost's names and labels, and {@code warren_*}. Between two questions it costs nothing but the
 * counters. Any thread.
 */
public final class Metrics {
    private static final double SECONDS_IN_NANOS = 1e-9;

    private final Vertx vertx;
    private final Activity activity;
    private final Connects connects;
    private final RecordCounts records;
    private final IntSupplier services;
    private final OwnSeries own;
    private final List<Context> loops = new ArrayList<>();

    /**
     * @param loops how many event loops there are, whose lag is measured
     * @param services how many run
     */
    public Metrics(
            Vertx vertx,
            int loops,
            Activity activity,
            Connects connects,
            RecordCounts records,
            IntSupplier services,
            OwnSeries own) {
        this.vertx = vertx;
        this.activity = activity;
        this.connects = connects;
        this.records = records;
        this.services = services;
        this.own = own;
        Set<Executor> seen = new HashSet<>();
        for (int i = 0; i < loops; i++) {
            Context context = Loops.next(vertx);
            if (seen.add(Loops.loop(context))) {
                this.loops.add(context);
            }
        }
    }

    /** The state of this moment. */
    public Future<String> text() {
        return activity.traffic()
                .compose(traffic -> lags().compose(lags -> own.configuration()
                        .compose(configuration ->
                                vertx.executeBlocking(() -> text(traffic, lags, configuration), false))));
    }

    /** How long each event loop lets something wait, in nanoseconds. */
    private Future<List<Long>> lags() {
        List<Future<Long>> lags = new ArrayList<>();
        for (Context loop : loops) {
            Promise<Long> lag = Promise.promise();
            long asked = System.nanoTime();
            loop.runOnContext(v -> lag.complete(System.nanoTime() - asked));
            lags.add(lag.future());
        }
        return Future.all(lags).map(all -> lags.stream().map(Future::result).toList());
    }

    private String text(Traffic traffic, List<Long> lags, JsonObject configuration) {
        Exposition out = new Exposition();
        String host = OwnProcess.hostName();
        out.gauge("gost_services", "Current number of services", Exposition.labels("host", host), services.getAsInt());
        traffic.services().forEach((name, service) -> service(out, host, name, service));
        connects.nodes().forEach((first, sums) -> node(out, host, first, sums));
        records.all()
                .forEach((recorder, counts) -> out.counter(
                        "gost_recorder_records_total",
                        "Total recorder records",
                        Exposition.labels("host", host, "recorder", recorder),
                        counts.records()));
        own.write(out, configuration);
        for (int i = 0; i < lags.size(); i++) {
            out.gauge(
                    "warren_event_loop_lag_seconds",
                    "How long an event loop let this question wait.",
                    Exposition.labels("loop", String.valueOf(i)),
                    lags.get(i) * SECONDS_IN_NANOS);
        }
        OwnProcess.write(out);
        return out.toString();
    }

    private static void service(Exposition out, String host, String name, Traffic.OfService service) {
        service.clients().forEach((ip, client) -> {
            Map<String, String> labels = Exposition.labels("client", ip, "host", host, "service", name);
            out.counter("gost_service_requests_total", "Total number of requests", labels, client.sessions());
            out.gauge("gost_service_requests_in_flight", "Current in-flight requests", labels, client.current());
            // As in gost, these series begin with the first of what they count.
            if (client.in() > 0) {
                out.counter(
                        "gost_service_transfer_input_bytes_total",
                        "Total service input data transfer size in bytes",
                        labels,
                        client.in());
            }
            if (client.out() > 0) {
                out.counter(
                        "gost_service_transfer_output_bytes_total",
                        "Total service output data transfer size in bytes",
                        labels,
                        client.out());
            }
            if (client.failed() > 0) {
                out.counter(
                        "gost_service_handler_errors_total", "Total service handler errors", labels, client.failed());
            }
        });
        out.histogram(
                "gost_service_request_duration_seconds",
                "Distribution of request latencies",
                Exposition.labels("host", host, "service", name),
                service.durations());
    }

    private static void node(Exposition out, String host, Connects.First first, Connects.Sums sums) {
        Map<String, String> labels = Exposition.labels("chain", first.chain(), "host", host, "node", first.node());
        if (sums.failures() > 0) {
            out.counter("gost_chain_errors_total", "Total chain errors", labels, sums.failures());
        }
        if (!sums.durations().isEmpty()) {
            out.histogram(
                    "gost_chain_node_connect_duration_seconds",
                    "Distribution of chain node connect latencies",
                    labels,
                    sums.durations());
        }
    }
}
