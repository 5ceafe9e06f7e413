package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.spi.Control.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The orders that hold for this process: they are put into force again after a start and after a reload, and told to members that join. Any thread.
 */
public final class Orders {
    private static final String FILE = "orders.json";
    private static final int MAX = 10_000;

    private final Vertx vertx;
    private final StateDirectory directory;
    private final Map<String, Order> byKey = new LinkedHashMap<>();
    private long revision;

    private Orders(Vertx vertx, StateDirectory directory) {
        this.vertx = vertx;
        this.directory = directory;
    }

    /** Those of the directory. Waits for the disk. */
    public static Orders load(Vertx vertx, StateDirectory directory) throws IOException {
        Orders orders = new Orders(vertx, directory);
        Optional<String> text = directory.read(FILE);
        if (text.isPresent()) {
            try {
                orders.read(new JsonObject(text.get()));
            } catch (DecodeException | Refusal | ClassCastException | java.time.DateTimeException e) {
                throw new IOException(FILE + " in " + directory + " cannot be read: " + e.getMessage(), e);
            }
        }
        return orders;
    }

    private void read(JsonObject json) {
        for (Object each : json.getJsonArray("orders", new JsonArray())) {
            Order order = Order.of((JsonObject) each);
            byKey.put(order.key(), order);
            revision = Math.max(revision, order.revision());
        }
    }

    /** Services whose ports are to be closed. */
    public synchronized List<String> closedServices() {
        return byKey.values().stream()
                .filter(order -> order.kind().equals(Order.SERVICE_OFF)
                        && order.document().isPresent())
                .map(Order::name)
                .toList();
    }

    /** A revision for something new. */
    synchronized long nextRevision() {
        return ++revision;
    }

    /**
     * Takes an order in, unless there is a later one.
     *
     * @return whether it was taken; once it is on the disk
     */
    Future<Boolean> record(Order order) {
        return record(List.of(order)).map(taken -> !taken.isEmpty());
    }

    /** Likewise; returns those that were taken. */
    Future<List<Order>> record(List<Order> orders) {
        List<Order> taken = new ArrayList<>();
        synchronized (this) {
            for (Order order : orders) {
                Order known = byKey.get(order.key());
                boolean room = known != null || byKey.size() < MAX;
                if (room && (known == null || order.supersedes(known))) {
                    byKey.remove(order.key());
                    byKey.put(order.key(), order);
                    taken.add(order);
                }
                revision = Math.max(revision, order.revision());
            }
        }
        return taken.isEmpty() ? Future.succeededFuture(taken) : save().map(taken);
    }

    private Future<Void> save() {
        return vertx.executeBlocking(
                () -> {
                    directory.write(FILE, text());
                    return null;
                },
                true);
    }

    private synchronized String text() {
        Instant now = Instant.now();
        byKey.values().removeIf(order -> expired(order, now));
        return new JsonObject()
                .put("version", 1)
                .put(
                        "orders",
                        new JsonArray(byKey.values().stream().map(Order::toJson).toList()))
                .encodePrettily();
    }

    private static boolean expired(Order order, Instant now) {
        return order.kind().equals(Order.BAN)
                && until(order).map(until -> until.isBefore(now)).orElse(true);
    }

    /** Until when a ban holds; empty when it was lifted. */
    static Optional<Instant> until(Order order) {
        try {
            return order.document().map(Instant::parse);
        } catch (java.time.DateTimeException e) {
            return Optional.empty();
        }
    }

    /** In the order in which they were given. */
    synchronized List<Order> all() {
        return List.copyOf(byKey.values());
    }

    /** Whether the object was made by an order. */
    synchronized boolean manages(String kind, String name) {
        return Optional.ofNullable(byKey.get(kind + "\n" + name))
                .flatMap(Order::document)
                .isPresent();
    }

    /** What has to be done to a configuration that knows nothing of them. A creation may be a replacement, and what is to be deleted may be gone. */
    public synchronized List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (Order order : byKey.values()) {
            if (order.isOfConfiguration()) {
                changes.add(change(order));
            }
        }
        return changes;
    }

    static Change change(Order order) {
        return order.document().isPresent()
                ? new Change.Put(order.kind(), order.name(), order.document().get())
                : new Change.Drop(order.kind(), order.name());
    }
}
