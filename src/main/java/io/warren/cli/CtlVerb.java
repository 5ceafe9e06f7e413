package io.warren.cli;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A verb of {@code ctl} as a request of the cluster API.
 *
 * @param words what follows it, for the help; those in brackets may be missing
 * @param columns of a list; empty for what is no list
 */
record CtlVerb(
        String name, List<String> words, String help, List<String> columns, Function<CtlOptions, Request> request) {
    /** @param body empty for none */
    record Request(String method, String path, String body) {
        static Request get(String path) {
            return new Request("GET", path, "");
        }
    }

    static final Map<String, CtlVerb> ALL = new LinkedHashMap<>();

    private static final String FILE = "FILE";

    static {
        list(
                "members",
                "members of the cluster",
                "member",
                "state",
                "version",
                "connections",
                "inRate",
                "outRate",
                "agents",
                "cpu",
                "heapUsed",
                "lagMs",
                "uptimeS");
        list(
                "agents",
                "who serves endpoints",
                "agent",
                "version",
                "members",
                "endpoints",
                "rttMs",
                "connections",
                "since");
        list(
                "endpoints",
                "what visitors use",
                "endpoint",
                "user",
                "agents",
                "connections",
                "inRate",
                "outRate",
                "inLimit",
                "outLimit",
                "disabled");
        list(
                "services",
                "what runs",
                "name",
                "member",
                "listener",
                "handler",
                "address",
                "state",
                "connections",
                "failed",
                "managed");
        list(
                "connections",
                "what goes on right now",
                "sid",
                "member",
                "service",
                "client",
                "user",
                "target",
                "route",
                "inBytes",
                "outBytes",
                "ageS");
        list("events", "what happened lately, and who did what", "at", "member", "kind", "message", "by", "result");
        list("logs", "recent log lines", "at", "member", "level", "logger", "message", "fields");
        list("certificates", "certificates in use", "member", "subject", "notAfter", "daysLeft", "usedBy", "file");
        list("bans", "agents that are kept out", "agent", "until", "by");
        verb(
                "stats",
                List.of(),
                "the last hour in figures (--step 1s: five minutes)",
                List.of(),
                o -> Request.get("/stats"));
        verb("config", List.of(), "what is in force on a member", List.of(), o -> Request.get("/config"));
        verb(
                "get",
                List.of("KIND", "[NAME]"),
                "objects of a kind, or one",
                List.of("name"),
                o -> Request.get("/config/" + word(o, 1)
                        + optional(o, 2).map(name -> "/" + name).orElse("")));
        verb(
                "history",
                List.of(),
                "versions of a member's configuration",
                List.of("version", "at", "by", "action", "current"),
                o -> Request.get("/config/history"));
        verb("version", List.of("NUMBER"), "one of them", List.of(), o -> Request.get("/config/history/" + word(o, 1)));
        post(
                "kick",
                List.of("AGENT"),
                "cut its sessions and keep it out (--for 60s)",
                o -> new Request("POST", "/agents/" + word(o, 1) + "/kick", setting(o, "for")));
        post("unban", List.of("AGENT"), "let it come back", o -> new Request("DELETE", "/bans/" + word(o, 1), ""));
        post(
                "disable",
                List.of("ENDPOINT"),
                "refuse an endpoint's visitors",
                o -> new Request("POST", "/endpoints/" + word(o, 1) + "/disable", ""));
        post(
                "enable",
                List.of("ENDPOINT"),
                "let them in again",
                o -> new Request("POST", "/endpoints/" + word(o, 1) + "/enable", ""));
        post(
                "disable-service",
                List.of("SERVICE"),
                "close a service's port and keep its configuration",
                o -> new Request("POST", "/services/" + word(o, 1) + "/disable", ""));
        post(
                "enable-service",
                List.of("SERVICE"),
                "open it again",
                o -> new Request("POST", "/services/" + word(o, 1) + "/enable", ""));
        post(
                "certify",
                List.of("USE", "CERTIFICATE", "KEY"),
                "put a new certificate to use (PEM files; ctl certificates lists what is used where)",
                o -> new Request(
                        "PUT",
                        "/certificates/" + word(o, 1),
                        new JsonObject()
                                .put("certificate", document(o, 2))
                                .put("key", document(o, 3))
                                .encode()));
        post(
                "weight",
                List.of("ENDPOINT", "AGENT", "NUMBER"),
                "set an agent's share of visitors (0: its own)",
                o -> new Request(
                        "PUT",
                        "/endpoints/" + word(o, 1) + "/weight",
                        new JsonObject()
                                .put("agent", raw(o, 2))
                                .put("weight", number(o, 3))
                                .encode()));
        post(
                "limit",
                List.of("ENDPOINT", "IN", "[OUT]"),
                "set how fast each member serves its visitors, such as 10MB; 0: no limit",
                o -> new Request(
                        "PUT",
                        "/endpoints/" + word(o, 1) + "/limit",
                        new JsonObject()
                                .put("in", raw(o, 2))
                                .put("out", o.words().size() > 3 ? raw(o, 3) : "0")
                                .encode()));
        post(
                "close",
                List.of("[SID]"),
                "close one connection, or all that match --filter (all=true: all)",
                CtlVerb::close);
        post(
                "drain",
                List.of("MEMBER"),
                "take a member out of service",
                o -> new Request("POST", "/members/" + word(o, 1) + "/drain", ""));
        post(
                "undrain",
                List.of("MEMBER"),
                "and back",
                o -> new Request("POST", "/members/" + word(o, 1) + "/undrain", ""));
        post("reload", List.of(), "read the configuration files again", o -> new Request("POST", "/reload", ""));
        post(
                "log-level",
                List.of("LEVEL", "[LOGGER]"),
                "set the level of all or one room's log lines",
                o -> new Request(
                        "PUT",
                        "/log-level",
                        new JsonObject()
                                .put("level", raw(o, 1))
                                .put("logger", optional(o, 2).orElse(""))
                                .encode()));
        post(
                "create",
                List.of("KIND", FILE),
                "create an object",
                o -> new Request("POST", "/config/" + word(o, 1), document(o, 2)));
        post(
                "replace",
                List.of("KIND", "NAME", FILE),
                "replace an object",
                o -> new Request("PUT", "/config/" + word(o, 1) + "/" + word(o, 2), document(o, 3)));
        post(
                "delete",
                List.of("KIND", "NAME"),
                "delete an object",
                o -> new Request("DELETE", "/config/" + word(o, 1) + "/" + word(o, 2), ""));
        post(
                "apply",
                List.of(FILE),
                "put a whole configuration in force",
                o -> new Request("PUT", "/config", document(o, 1)));
        post(
                "validate",
                List.of(FILE),
                "check it (--kind services: one object)",
                o -> new Request("POST", "/config/validate" + kind(o), document(o, 1)));
        verb(
                "diff",
                List.of(FILE),
                "what it would change",
                List.of(),
                o -> new Request("POST", "/config/diff" + kind(o), document(o, 1)));
        post(
                "rollback",
                List.of("VERSION"),
                "put a version in force again",
                o -> new Request("POST", "/config/history/" + word(o, 1) + "/rollback", ""));
    }

    /** What a result of a command is shown by. */
    static final List<String> RESULT = List.of("member", "outcome", "count", "detail");

    private static void list(String name, String help, String... columns) {
        verb(name, List.of(), help, List.of(columns), o -> Request.get("/" + name));
    }

    private static void post(String name, List<String> words, String help, Function<CtlOptions, Request> request) {
        verb(name, words, help, RESULT, request);
    }

    private static void verb(
            String name, List<String> words, String help, List<String> columns, Function<CtlOptions, Request> request) {
        ALL.put(name, new CtlVerb(name, words, help, columns, request));
    }

    /** @throws UsageException for too few or too many words */
    Request request(CtlOptions options) {
        long needed = words.stream().filter(word -> !word.startsWith("[")).count();
        int given = options.words().size() - 1;
        if (given < needed || given > words.size()) {
            throw new UsageException("expected: ctl " + (name + " " + String.join(" ", words)).trim());
        }
        return request.apply(options);
    }

    private static Request close(CtlOptions options) {
        Optional<String> sid = optional(options, 1);
        if (sid.isPresent()) {
            return new Request("DELETE", "/connections/" + sid.get(), "");
        }
        JsonObject which = new JsonObject();
        options.parameters().forEach((key, value) -> {
            if (key.equals("all")) {
                which.put("all", Boolean.parseBoolean(value));
            } else {
                which.put(key, value);
            }
        });
        options.parameters().clear();
        return new Request("POST", "/connections/close", which.encode());
    }

    private static String raw(CtlOptions options, int index) {
        return options.words().get(index);
    }

    private static String word(CtlOptions options, int index) {
        return ConsoleClient.segment(raw(options, index));
    }

    private static Optional<String> optional(CtlOptions options, int index) {
        return index < options.words().size() ? Optional.of(word(options, index)) : Optional.empty();
    }

    private static int number(CtlOptions options, int index) {
        try {
            return Integer.parseInt(raw(options, index));
        } catch (NumberFormatException e) {
            throw new UsageException("\"" + raw(options, index) + "\" (expected: a number)");
        }
    }

    private static String setting(CtlOptions options, String key) {
        return Optional.ofNullable(options.settings().get(key))
                .map(value -> new JsonObject().put(key, value).encode())
                .orElse("");
    }

    private static String kind(CtlOptions options) {
        return Optional.ofNullable(options.settings().get("kind"))
                .map(kind -> "?kind=" + ConsoleClient.segment(kind))
                .orElse("");
    }

    /** {@code -} is standard input. */
    private static String document(CtlOptions options, int index) {
        String file = raw(options, index);
        if (!file.equals("-")) {
            return CtlOptions.text(file) + "\n";
        }
        try {
            return new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new UsageException("standard input cannot be read");
        }
    }
}
