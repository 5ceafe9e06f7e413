package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Members and their sums, from what they say of themselves. */
final class Overview {
    private static final List<String> SUMS =
            List.of("services", "connections", "inBytes", "outBytes", "inRate", "outRate", "newRate");

    private static final List<String> INNER = List.of("agentIds", "events", "latest", "draining");
    private static final double FULL = 0.9;
    private static final double LATE_MS = 200;

    private Overview() {}

    static JsonObject member(Answer answer) {
        JsonObject body = answer.body().map(JsonObject::copy).orElse(new JsonObject());
        boolean draining = body.getBoolean("draining", false);
        JsonObject member = new JsonObject()
                .put("member", answer.peer().name())
                .put("self", answer.peer().self())
                .put("state", answer.answered() ? draining ? "draining" : "ready" : "stale");
        if (answer.body().isPresent()) {
            member.put("seen", answer.at().toString());
        }
        if (!answer.peer().trunk().isEmpty()) {
            member.put("trunk", answer.peer().trunk());
        }
        INNER.forEach(body::remove);
        return member.mergeIn(body);
    }

    /** Of those who are members now. */
    static JsonObject totals(List<Answer> present) {
        JsonObject totals = new JsonObject()
                .put("complete", present.stream().allMatch(Answer::answered))
                .put("members", present.size());
        SUMS.forEach(key -> totals.put(key, sum(present, key)));
        Set<Object> agents = new HashSet<>();
        int endpoints = 0;
        for (Answer answer : present) {
            JsonObject body = answer.body().orElse(new JsonObject());
            body.getJsonArray("agentIds", new JsonArray()).forEach(agents::add);
            // Every member knows all of them.
            endpoints = Math.max(endpoints, body.getInteger("endpoints", 0));
        }
        return totals.put("agents", agents.size()).put("endpoints", endpoints);
    }

    private static Number sum(List<Answer> answers, String key) {
        double sum = 0;
        boolean whole = true;
        for (Answer answer : answers) {
            Object value = answer.body().map(b -> b.getValue(key)).orElse(null);
            if (value instanceof Number number) {
                sum += number.doubleValue();
                whole &= !(value instanceof Double);
            }
        }
        return whole ? (Number) Math.round(sum) : Math.round(sum * 1000) / 1000.0;
    }

    static List<JsonObject> warnings(List<Answer> all) {
        List<JsonObject> warnings = new ArrayList<>();
        Set<String> versions = new HashSet<>();
        for (Answer answer : all) {
            String name = answer.peer().name();
            JsonObject body = answer.body().orElse(new JsonObject());
            if (!answer.answered()) {
                String since = answer.body().isPresent()
                        ? " since " + answer.at().truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                        : "";
                warnings.add(warning("critical", "member-stale", name, answer.error() + since));
                continue;
            }
            versions.add(body.getString("version", ""));
            if (body.getBoolean("draining", false)) {
                warnings.add(warning("warning", "member-draining", name, "takes no new visitors"));
            }
            if (number(body, "heapUsed") > FULL * Math.max(1, number(body, "heapMax"))) {
                warnings.add(warning("warning", "heap", name, "more than 90 % of the heap is used"));
            }
            if (number(body, "lagMs") > LATE_MS) {
                warnings.add(
                        warning("warning", "lag", name, "an event loop was " + body.getValue("lagMs") + " ms late"));
            }
        }
        if (versions.size() > 1) {
            warnings.add(
                    warning("warning", "version-skew", String.join(", ", versions), "members run different versions"));
        }
        return warnings;
    }

    private static double number(JsonObject body, String key) {
        return body.getValue(key) instanceof Number number ? number.doubleValue() : 0;
    }

    static JsonObject warning(String severity, String code, String subject, String message) {
        return new JsonObject()
                .put("severity", severity)
                .put("code", code)
                .put("subject", subject)
                .put("message", message);
    }

    static JsonObject of(
            String member, String cluster, List<Answer> present, List<Answer> departed, List<JsonObject> others) {
        List<Answer> all = new ArrayList<>(present);
        all.addAll(departed);
        List<JsonObject> warnings = new ArrayList<>(warnings(all));
        warnings.addAll(others);
        JsonObject overview =
                new JsonObject().put("at", Instant.now().toString()).put("member", member);
        if (!cluster.isEmpty()) {
            overview.put("cluster", cluster);
        }
        return overview.put(
                        "members",
                        new JsonArray(all.stream().map(Overview::member).toList()))
                .put("totals", totals(present))
                .put("warnings", new JsonArray(warnings));
    }
}
