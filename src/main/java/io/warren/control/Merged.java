package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts together what members say about agents and endpoints, which are the cluster's and not a member's. */
final class Merged {
    private Merged() {}

    /** An agent for each id, with its sessions at all members. */
    static List<JsonObject> agents(List<Answer> answers) {
        Map<String, List<JsonObject>> byAgent = new LinkedHashMap<>();
        for (Answer answer : answers) {
            for (JsonObject row : answer.rows()) {
                byAgent.computeIfAbsent(row.getString("agent"), a -> new ArrayList<>())
                        .add(row);
            }
        }
        return byAgent.values().stream().map(Merged::agent).toList();
    }

    private static JsonObject agent(List<JsonObject> rows) {
        JsonObject first = rows.get(0);
        Set<Object> members = new LinkedHashSet<>();
        Set<Object> endpoints = new LinkedHashSet<>();
        JsonArray sessions = new JsonArray();
        int connections = 0;
        String since = first.getString("since");
        boolean stale = true;
        double roundTrip = 0;
        for (JsonObject row : rows) {
            members.add(row.getString("member"));
            endpoints.add(row.getString("endpoint"));
            connections += row.getInteger("connections");
            since = row.getString("since").compareTo(since) < 0 ? row.getString("since") : since;
            stale &= row.containsKey("stale");
            sessions.add(only(row, "sid", "member", "service", "client", "endpoint", "weight", "since", "rttMs"));
            if (row.getValue("rttMs") instanceof Number ms) {
                roundTrip = Math.max(roundTrip, ms.doubleValue());
            }
        }
        JsonObject agent = only(first, "agent", "identity", "version", "user", "host")
                .put("members", new JsonArray(List.copyOf(members)))
                .put("endpoints", new JsonArray(List.copyOf(endpoints)))
                .put("connections", connections)
                .put("since", since)
                .put("sessions", sessions);
        if (roundTrip > 0) {
            agent.put("rttMs", roundTrip);
        }
        return stale ? agent.put("stale", true) : agent;
    }

    private static JsonObject only(JsonObject row, String... keys) {
        JsonObject some = new JsonObject();
        for (String key : keys) {
            Object value = row.getValue(key);
            if (value != null && !value.equals("")) {
                some.put(key, value);
            }
        }
        return some;
    }

    /** An endpoint for each id: the agents of all members, and how it is open at each. */
    static List<JsonObject> endpoints(List<Answer> answers) {
        Map<String, JsonObject> byId = new LinkedHashMap<>();
        for (Answer answer : answers) {
            String member = answer.peer().name();
            JsonArray openings =
                    answer.body().map(b -> b.getJsonArray("openings")).orElse(new JsonArray());
            JsonObject rates = answer.body().map(b -> b.getJsonObject("rates")).orElse(new JsonObject());
            for (int i = 0; i < openings.size(); i++) {
                JsonObject opening = openings.getJsonObject(i);
                JsonObject endpoint = endpoint(byId, opening);
                if (opening.getBoolean("disabled", false)) {
                    endpoint.put("disabled", true);
                }
                for (String limit : List.of("inLimit", "outLimit")) {
                    if (opening.containsKey(limit)) {
                        endpoint.put(limit, opening.getValue(limit));
                    }
                }
                if (opening.containsKey("address") || opening.containsKey("error")) {
                    endpoint.getJsonArray("ports")
                            .add(only(opening, "address", "error").put("member", member));
                }
                JsonArray rate = rates.getJsonArray(opening.getString("endpoint"));
                if (rate != null && answer.answered()) {
                    endpoint.put("connections", endpoint.getInteger("connections") + rate.getInteger(0))
                            .put("inRate", endpoint.getDouble("inRate") + rate.getDouble(1))
                            .put("outRate", endpoint.getDouble("outRate") + rate.getDouble(2));
                }
            }
        }
        for (Answer answer : answers) {
            for (JsonObject row : answer.rows()) {
                JsonObject endpoint = byId.get(row.getString("endpoint"));
                if (endpoint != null) {
                    JsonArray members = endpoint.getJsonArray("agentMembers");
                    if (!members.contains(row.getString("member"))) {
                        members.add(row.getString("member"));
                    }
                    endpoint.getJsonArray("agents")
                            .add(only(
                                    row, "agent", "member", "sid", "weight", "asked", "connections", "since", "stale"));
                }
            }
        }
        return List.copyOf(byId.values());
    }

    private static JsonObject endpoint(Map<String, JsonObject> byId, JsonObject opening) {
        return byId.computeIfAbsent(
                opening.getString("endpoint"),
                id -> only(opening, "endpoint", "network", "name", "user")
                        .put("disabled", false)
                        .put("connections", 0)
                        .put("inRate", 0.0)
                        .put("outRate", 0.0)
                        .put("agents", new JsonArray())
                        .put("agentMembers", new JsonArray())
                        .put("ports", new JsonArray()));
    }

    /** The rows of all members, one after the other. */
    static List<JsonObject> rows(List<Answer> answers) {
        List<JsonObject> all = new ArrayList<>();
        answers.forEach(answer -> all.addAll(answer.rows()));
        return all;
    }

    /** A page of lists of which each member has sent its first rows and their number. */
    static Query.Page page(Query query, List<Answer> answers) {
        int total = answers.stream()
                .mapToInt(answer ->
                        answer.body().map(b -> b.getInteger("total", 0)).orElse(0))
                .sum();
        return new Query.Page(query.shown(rows(answers)), total);
    }
}
