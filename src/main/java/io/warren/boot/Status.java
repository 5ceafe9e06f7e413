package io.warren.boot;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.net.Address;
import io.warren.service.ServiceStats;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What gost's API says about a service besides its configuration: since when it runs, its state and how it came to it. Any thread. */
final class Status {
    private static final int MAX_EVENTS = 20;
    private static final String READY = "ready";
    private static final String FAILED = "failed";
    private static final String CLOSED = "closed";

    private record Event(Instant time, String message) {}

    private final Instant created = Instant.now();
    private final String service;
    private final Deque<Event> events = new ArrayDeque<>();
    private String state = READY;

    private Status(String name) {
        service = "service " + name + " is ";
    }

    /** Of a service that listens. */
    static Status ready(String name, Address bound) {
        Status status = new Status(name);
        status.event("running");
        status.event(READY);
        status.event("listening on " + bound);
        return status;
    }

    /** Of a service that does not run, as somebody wants it so. */
    static Status closed(String name) {
        return new Status(name).closed();
    }

    /** From now on. */
    @CanIgnoreReturnValue
    synchronized Status closed() {
        state = CLOSED;
        event(CLOSED);
        return this;
    }

    private void event(String what) {
        if (events.size() == MAX_EVENTS) {
            events.removeFirst();
        }
        events.add(new Event(Instant.now(), service + what));
    }

    /** Whether nobody could come in when somebody looked: a change of that is an event. */
    @CanIgnoreReturnValue
    synchronized Status observed(boolean trouble) {
        String now = trouble ? FAILED : READY;
        if (!now.equals(state)) {
            state = now;
            event(now);
        }
        return this;
    }

    /** In gost's order; times in seconds. */
    synchronized Map<String, Object> shown(Optional<ServiceStats> stats) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("createTime", created.getEpochSecond());
        out.put("state", state);
        List<Object> shown = new ArrayList<>();
        for (Event event : events) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("time", event.time().getEpochSecond());
            entry.put("msg", event.message());
            shown.add(entry);
        }
        out.put("events", shown);
        stats.ifPresent(sums -> out.put("stats", stats(sums)));
        return out;
    }

    private static Map<String, Object> stats(ServiceStats sums) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("totalConns", sums.total());
        out.put("currentConns", sums.current());
        out.put("totalErrs", sums.failed());
        out.put("inputBytes", sums.in());
        out.put("outputBytes", sums.out());
        return out;
    }
}
