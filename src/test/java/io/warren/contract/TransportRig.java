package io.warren.contract;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.layer.LoopbackPair;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Dialer;
import io.warren.spi.Door;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Listener;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import io.warren.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Listener and dialer of one transport on one event loop. */
public final class TransportRig implements AutoCloseable {
    private final Vertx vertx = Loops.create();
    private final Context context = vertx.getOrCreateContext();
    private final List<Runnable> stops = new ArrayList<>();
    public final AtomicInteger carriers = new AtomicInteger();

    private static MapSettings settings(Map<String, ?> section) {
        return MapSettings.of(section.entrySet().stream()
                .flatMap(e -> java.util.stream.Stream.of(e.getKey(), e.getValue()))
                .toArray());
    }

    private Scope scope() {
        return new Scope(
                vertx,
                context,
                "test",
                egress(),
                Optional.empty(),
                Optional.empty(),
                DialOptions.DEFAULT,
                name -> Future.failedFuture("no handlers here"));
    }

    /** TCP from here. */
    public Egress egress() {
        return (session, target) -> {
            carriers.incrementAndGet();
            return TcpDial.connect(context, target.address(), DialOptions.DEFAULT);
        };
    }

    public Address listen(Transport transport, Map<String, ?> section, Consumer<Stream> arrivals) {
        return listen(transport, section, Address.of("127.0.0.1", 0), arrivals);
    }

    public Address listen(Transport transport, Map<String, ?> section, Address at, Consumer<Stream> arrivals) {
        MapSettings settings = settings(section);
        Listener listener = transport.listener().orElseThrow().read(settings).apply(scope());
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(settings.problems().toString());
        }
        Door door = new Door() {
            @Override
            public Future<Inbound> admit(Stream raw) {
                return Future.succeededFuture(new Inbound(Session.of("test", raw.remote(), raw.local()), raw));
            }

            @Override
            public Optional<Inbound> admit(DatagramFlow raw) {
                return Optional.of(new Inbound(Session.of("test", raw.remote(), raw.local()), raw));
            }
        };
        stops.add(() -> on(() -> undeploy(listener)));
        return on(() -> deploy(listener).compose(v -> listener.listen(at, door, in -> arrivals.accept(in.stream()))));
    }

    public Dialer dialer(Transport transport, Map<String, ?> section) {
        MapSettings settings = settings(section);
        Dialer dialer = transport.dialer().orElseThrow().read(settings).apply(scope());
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(settings.problems().toString());
        }
        stops.add(() -> on(() -> undeploy(dialer)));
        on(() -> deploy(dialer));
        return dialer;
    }

    private Future<Void> deploy(io.vertx.core.Deployable part) {
        try {
            return part.deploy(context).mapEmpty();
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Void> undeploy(io.vertx.core.Deployable part) {
        try {
            return part.undeploy(context).mapEmpty();
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    public Future<Stream> dial(Dialer dialer, Address node) {
        return dialer.dial(Session.of("test", Address.NONE, Address.NONE), node, egress());
    }

    @com.google.errorprone.annotations.CanIgnoreReturnValue
    public <T> T on(Supplier<Future<T>> task) {
        return LoopbackPair.on(context, task);
    }

    public void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!on(() -> Future.succeededFuture(condition.getAsBoolean()))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 20 s");
            }
            Thread.onSpinWait();
        }
    }

    public Context context() {
        return context;
    }

    @Override
    public void close() {
        stops.forEach(Runnable::run);
        LoopbackPair.await(vertx.close());
    }
}
