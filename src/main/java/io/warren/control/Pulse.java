package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Asks all members once a second, as long as somebody listens, and tells what is new. All on one context of its own but {@link #listen}. */
final class Pulse {
    private static final long EVERY_MS = 1000;

    private final Vertx vertx;
    private final Function<Function<Peer, JsonObject>, Future<List<Answer>>> ask;
    private final Function<List<Answer>, Future<JsonObject>> overview;
    private final Set<BiConsumer<String, JsonObject>> listeners = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> latest = new HashMap<>();
    private final Map<String, String> states = new HashMap<>();
    private boolean running;
    private boolean asking;

    /**
     * @param ask all members, with parameters for each
     * @param overview of their answers
     */
    Pulse(
            Vertx vertx,
            Function<Function<Peer, JsonObject>, Future<List<Answer>>> ask,
            Function<List<Answer>, Future<JsonObject>> overview) {
        this.vertx = vertx;
        this.ask = ask;
        this.overview = overview;
    }

    /**
     * Any thread.
     *
     * @param listener is called on any thread, one call after the other, with the name of an event and its data
     * @return ends it
     */
    Runnable listen(BiConsumer<String, JsonObject> listener) {
        listeners.add(listener);
        start();
        return () -> listeners.remove(listener);
    }

    private synchronized void start() {
        if (!running) {
            running = true;
            latest.clear();
            states.clear();
            beat();
            vertx.setPeriodic(EVERY_MS, timer -> {
                if (stop()) {
                    vertx.cancelTimer(timer);
                } else {
                    beat();
                }
            });
        }
    }

    private synchronized boolean stop() {
        if (listeners.isEmpty()) {
            running = false;
        }
        return !running;
    }

    private synchronized void beat() {
        if (asking) {
            return;
        }
        asking = true;
        ask.apply(this::after)
                .compose(answers -> overview.apply(answers).map(whole -> {
                    tell(answers, whole);
                    return null;
                }))
                .onComplete(done -> beaten());
    }

    private synchronized void beaten() {
        asking = false;
    }

    private synchronized JsonObject after(Peer peer) {
        JsonObject parameters = new JsonObject();
        Long number = latest.get(key(peer));
        return number == null ? parameters : parameters.put("after", number);
    }

    private static String key(Peer peer) {
        return peer.incarnation().map(Object::toString).orElse("");
    }

    private void tell(List<Answer> answers, JsonObject whole) {
        List<JsonObject> events = new ArrayList<>();
        List<JsonObject> changes = new ArrayList<>();
        synchronized (this) {
            for (Answer answer : answers) {
                if (answer.answered()) {
                    JsonObject body = answer.body().orElseThrow();
                    latest.put(key(answer.peer()), body.getLong("latest"));
                    JsonArray fresh = body.getJsonArray("events");
                    for (int i = fresh.size() - 1; i >= 0; i--) {
                        events.add(fresh.getJsonObject(i));
                    }
                }
            }
            boolean first = states.isEmpty();
            for (Object each : whole.getJsonArray("members")) {
                JsonObject member = (JsonObject) each;
                String state = member.getString("state");
                String before = states.put(member.getString("member"), state);
                if (!first && !state.equals(before)) {
                    changes.add(change(member.getString("member"), before, state));
                }
            }
        }
        listeners.forEach(listener -> {
            listener.accept("overview", whole);
            changes.forEach(change -> listener.accept("member", change));
            events.forEach(event -> listener.accept("event", event));
        });
    }

    private static JsonObject change(String member, String before, String state) {
        String message = switch (state) {
            case "stale" -> "does not answer";
            case "draining" -> "takes no new visitors";
            default -> before == null ? "is here" : before.equals("stale") ? "answers again" : "takes visitors";
        };
        Instant now = Instant.now();
        return new JsonObject()
                .put("id", member + "-" + state + "-" + now.toEpochMilli())
                .put("at", now.toString())
                .put("member", member)
                .put("kind", "cluster")
                .put("level", state.equals("stale") ? "warn" : "info")
                .put("message", message)
                .put("fields", new JsonObject().put("state", state));
    }
}
