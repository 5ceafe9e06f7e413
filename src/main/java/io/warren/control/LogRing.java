package io.warren.control;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/**
 * The last log lines of this process, and of those the ones that tell of an event: what became of endpoints, members, services and the configuration,
 * and who did what. Any thread.
 */
public final class LogRing extends AppenderBase<ILoggingEvent> {
    /** The name under which it hangs at the root logger. */
    public static final String NAME = "ring";

    /** Who did what: lines with {@code by}, {@code action} and {@code result}. */
    static final String AUDIT = "audit";

    private static final int LINES = 2000;
    private static final int EVENTS = 1000;
    private static final Map<String, String> KINDS = Map.of(
            "endpoint",
            "endpoint",
            "cluster",
            "cluster",
            "service",
            "service",
            "boot",
            "config",
            "config",
            "config",
            "console",
            "console",
            "control",
            "config",
            AUDIT,
            AUDIT);

    private record Line(long number, long at, Level level, String logger, String message, List<KeyValuePair> fields) {
        JsonObject shown(String member) {
            JsonObject json = new JsonObject()
                    .put("at", java.time.Instant.ofEpochMilli(at).toString())
                    .put("member", member)
                    .put("level", level.toString().toLowerCase(Locale.ROOT))
                    .put("logger", logger)
                    .put("message", message);
            JsonObject named = new JsonObject();
            fields.forEach(field -> named.put(field.key, String.valueOf(field.value)));
            return json.put("fields", named);
        }
    }

    private final Deque<Line> lines = new ArrayDeque<>();
    private final Deque<Line> events = new ArrayDeque<>();
    private long number;

    public LogRing() {
        setName(NAME);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String logger = event.getLoggerName();
        List<KeyValuePair> fields =
                Optional.ofNullable(event.getKeyValuePairs()).map(List::copyOf).orElse(List.of());
        synchronized (lines) {
            Line line = new Line(
                    ++number, event.getTimeStamp(), event.getLevel(), logger, event.getFormattedMessage(), fields);
            add(lines, line, LINES);
            if (KINDS.containsKey(logger) && event.getLevel().isGreaterOrEqual(Level.INFO)) {
                add(events, line, EVENTS);
            }
        }
    }

    private static void add(Deque<Line> ring, Line line, int max) {
        ring.addLast(line);
        if (ring.size() > max) {
            ring.removeFirst();
        }
    }

    /** The newest first. */
    List<JsonObject> lines(String member, String level) {
        Level least = Level.toLevel(level, Level.TRACE);
        List<JsonObject> shown = new ArrayList<>();
        synchronized (lines) {
            lines.descendingIterator().forEachRemaining(line -> {
                if (line.level().isGreaterOrEqual(least)) {
                    shown.add(line.shown(member));
                }
            });
        }
        return shown;
    }

    /** The events after that number, the newest first. */
    List<JsonObject> events(String member, long after) {
        List<JsonObject> shown = new ArrayList<>();
        synchronized (lines) {
            for (var each = events.descendingIterator(); each.hasNext(); ) {
                Line line = each.next();
                if (line.number() <= after) {
                    break;
                }
                shown.add(event(line, member));
            }
        }
        return shown;
    }

    /** Of the latest line. */
    long latest() {
        synchronized (lines) {
            return number;
        }
    }

    private static JsonObject event(Line line, String member) {
        JsonObject event = line.shown(member);
        event.remove("logger");
        event.put("id", member + "-" + line.number()).put("kind", KINDS.get(line.logger()));
        if (line.logger().equals(AUDIT)) {
            JsonObject fields = event.getJsonObject("fields");
            for (String key : List.of("by", "action", "result")) {
                Optional.ofNullable(fields.remove(key)).ifPresent(value -> event.put(key, value));
            }
        }
        return event;
    }
}
