package io.warren.control;

import io.vertx.core.json.JsonObject;
import io.warren.service.LiveSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/** A session that goes on, as a row. */
final class Visit {
    private static final Pattern ENDPOINT = Pattern.compile("(tcp|udp|unix|serial|tunnel) \\S+");

    private Visit() {}

    static JsonObject row(LiveSession session, String member, Instant now) {
        return new JsonObject()
                .put("sid", session.sid())
                .put("member", member)
                .put("service", session.service())
                .put("kind", session.kind().name().toLowerCase(Locale.ROOT))
                .put("client", session.client().toString())
                .put("user", session.user())
                .put("target", session.target())
                .put("route", session.route())
                .put("endpoint", endpoint(session))
                .put("start", session.start().toString())
                .put("ageS", Math.max(0, Duration.between(session.start(), now).toSeconds()))
                .put("inBytes", session.in())
                .put("outBytes", session.out())
                .put("inRate", Math.round(session.inRate()))
                .put("outRate", Math.round(session.outRate()));
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
