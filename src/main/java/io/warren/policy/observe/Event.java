package io.warren.policy.observe;

import io.vertx.core.json.JsonObject;

/** What an observer is told of, with gost's names. */
public record Event(JsonObject json) {
    /** A service is now in {@code state}. */
    public static Event status(String service, String state) {
        return new Event(of("service", service, "", "status")
                .put("status", new JsonObject().put("state", state).put("msg", "service " + service + " is " + state)));
    }

    /**
     * What a service has done.
     *
     * @param sums with gost's names
     */
    public static Event ofService(String service, JsonObject sums) {
        return new Event(of("service", service, "", "stats").put("stats", sums));
    }

    /**
     * What one client of a service's handler has done.
     *
     * @param client the user; empty = all who did not log in
     */
    public static Event ofClient(String service, String client, JsonObject sums) {
        return new Event(of("handler", service, client, "stats").put("stats", sums));
    }

    private static JsonObject of(String kind, String service, String client, String type) {
        JsonObject json = new JsonObject().put("kind", kind).put("service", service);
        if (!client.isEmpty()) {
            json.put("client", client);
        }
        return json.put("type", type);
    }
}
