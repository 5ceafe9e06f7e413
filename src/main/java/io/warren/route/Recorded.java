package io.warren.route;

import io.vertx.core.Future;
import io.warren.net.DatagramFlow;
import io.warren.net.Stream;
import io.warren.spi.Bypass;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Recorder;
import io.warren.spi.Records;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A way out whose destinations are written down by host, and those that could not be reached once more. */
public final class Recorded implements Egress {
    private final Egress way;
    private final Bypass bypass;
    private final Records records;

    private Recorded(Egress way, Bypass bypass, Records records) {
        this.way = way;
        this.bypass = bypass;
        this.records = records;
    }

    /**
     * @param bypass what is refused without being dialled
     * @return {@code way} itself where nobody records this
     */
    public static Egress around(Egress way, Bypass bypass, Records records) {
        return records.dials().isEmpty() && records.failedDials().isEmpty() ? way : new Recorded(way, bypass, records);
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        return watch(Optional.of(target), way.connect(session, target));
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        return watch(target, way.associate(session, target));
    }

    @Override
    public Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
        return way.bind(session, local, peers);
    }

    @Override
    public boolean refuses(Destination target) {
        return way.refuses(target);
    }

    @Override
    public boolean selective() {
        return way.selective();
    }

    @Override
    public Future<Void> proven(Duration recent) {
        return way.proven(recent);
    }

    private <T> Future<T> watch(Optional<Destination> target, Future<T> dialled) {
        if (target.isEmpty() || bypass.matches(target.get())) {
            return dialled;
        }
        String host = target.get().address().host();
        write(records.dials(), host);
        return dialled.onFailure(e -> write(records.failedDials(), host));
    }

    private static void write(Optional<Recorder> recorder, String host) {
        recorder.ifPresent(taker -> taker.record(host.getBytes(StandardCharsets.UTF_8)));
    }
}
