package io.warren.boot;

import io.warren.net.Address;
import io.warren.service.ServiceStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What gost's API says about a service besides its configuration: since when it runs, its state and how it came to it. */
final class Status {
    private record Event(Instant time, String message) {}

    private final Instant created = Instant.now();
    private final List<Event> events;
    private final String state;

    private Status(String state, List<String> messages) {
        this.state = state;
        this.events = messages.stream().map(m -> new Event(created, m)).toList();
    }

    /** Of a service that listens. */
    static Status ready(String name, Address bound) {
        String service = "service " + name + " is ";
        return new Status("ready", List.of(service + "running", service + "ready", service + "listening on " + bound));
    }

    /** In gost's order; times in seconds. */
    Map<String, Object> shown(Optional<ServiceStats> stats) {
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
