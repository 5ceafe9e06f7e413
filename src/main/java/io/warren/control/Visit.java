package io.warren.control;

import io.vertx.core.json.JsonObject;
import io.warren.service.LiveSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A session that goes on, as a row. */
final class Visit {
    private static final Pattern ENDPOINT = Pattern.compile("(tcp|udp|unix|serial|tunnel) \\S+");

    private static final List<String> FIELDS = List.of(
            "sid",
            "member",
            "service",
            "kind",
            "client",
            "user",
            "target",
            "route",
            "endpoint",
            "start",
            "ageS",
            "inBytes",
            "outBytes",
            "inRate",
            "outRate");

    private Visit() {}

    /** Rows of what goes on at {@code member} at {@code now}. */
    static Query.Source<LiveSession> source(String member, Instant now) {
        return new Query.Source<>() {
            @Override
            public List<String> fields() {
                return FIELDS;
            }

            @Override
            public Object value(LiveSession session, String field) {
                return Visit.value(session, member, now, field);
            }

            @Override
            public JsonObject row(LiveSession session) {
                JsonObject row = new JsonObject();
                FIELDS.forEach(field -> row.put(field, value(session, field)));
                return row;
            }
        };
    }

    private static Object value(LiveSession session, String member, Instant now, String field) {
        return switch (field) {
            case "sid" -> session.sid();
            case "member" -> member;
            case "service" -> session.service();
            case "kind" -> session.kind().name().toLowerCase(Locale.ROOT);
            case "client" -> session.client().toString();
            case "user" -> session.user();
            case "target" -> session.target();
            case "route" -> session.route();
            case "endpoint" -> endpoint(session);
            case "start" -> session.start().toString();
            case "ageS" -> Math.max(0, Duration.between(session.start(), now).toSeconds());
            case "inBytes" -> session.in();
            case "outBytes" -> session.out();
            case "inRate" -> Math.round(session.inRate());
            case "outRate" -> Math.round(session.outRate());
            default -> null;
        };
    }

    /** The endpoint whose visitor it is, which is the first step of its route; empty when it is nobody's. */
    static String endpoint(LiveSession session) {
        String route = session.route();
        if (route.isEmpty()) {
            return "";
        }
        int end = route.indexOf(" > ");
        String first = end < 0 ? route : route.substring(0, end);
        return ENDPOINT.matcher(first).matches() ? first : "";
    }
}
