package io.warren.cli;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of {@code ctl} that act on what runs. */
final class CtlActs {
    private CtlActs() {}

    @Command(name = "kick", description = "cut an agent's sessions and keep it out")
    static CtlRequest kick(
            @Parameters(paramLabel = "AGENT", description = "see: agents") String agent,
            @Option(names = "--for", paramLabel = "TIME", description = "to keep it out, such as 10m (default 60s)")
                    Optional<String> time) {
        CtlRequest kick = CtlRequest.post("agents", agent, "kick");
        return time.map(t -> kick.with(new JsonObject().put("for", t))).orElse(kick);
    }

    @Command(name = "unban", description = "let an agent come back")
    static CtlRequest unban(@Parameters(paramLabel = "AGENT", description = "see: bans") String agent) {
        return CtlRequest.delete("bans", agent);
    }

    @Command(name = "disable", description = "refuse an endpoint's visitors")
    static CtlRequest disable(@Parameters(paramLabel = "ENDPOINT", description = "such as \"tcp :8080\"") String id) {
        return CtlRequest.post("endpoints", id, "disable");
    }

    @Command(name = "enable", description = "let an endpoint's visitors in again")
    static CtlRequest enable(@Parameters(paramLabel = "ENDPOINT", description = "such as \"tcp :8080\"") String id) {
        return CtlRequest.post("endpoints", id, "enable");
    }

    @Command(name = "disable-service", description = "close a service's port and keep its configuration")
    static CtlRequest disableService(@Parameters(paramLabel = "SERVICE", description = "its name") String name) {
        return CtlRequest.post("services", name, "disable");
    }

    @Command(name = "enable-service", description = "open a service's port again")
    static CtlRequest enableService(@Parameters(paramLabel = "SERVICE", description = "its name") String name) {
        return CtlRequest.post("services", name, "enable");
    }

    @Command(name = "certify", description = "put a new certificate to use")
    static CtlRequest certify(
            @Parameters(paramLabel = "USE", description = "such as console.tls; ctl certificates lists them")
                    String use,
            @Parameters(paramLabel = "CERTIFICATE", description = "PEM file, with its chain") Path certificate,
            @Parameters(paramLabel = "KEY", description = "PEM file") Path key) {
        return CtlRequest.put("certificates", use)
                .with(new JsonObject()
                        .put("certificate", CtlDocuments.read(certificate))
                        .put("key", CtlDocuments.read(key)));
    }

    @Command(name = "weight", description = "set an agent's share of an endpoint's visitors")
    static CtlRequest weight(
            @Parameters(paramLabel = "ENDPOINT", description = "such as \"tcp :8080\"") String id,
            @Parameters(paramLabel = "AGENT", description = "see: agents") String agent,
            @Parameters(paramLabel = "NUMBER", description = "0: the agent's own") int number) {
        return CtlRequest.put("endpoints", id, "weight")
                .with(new JsonObject().put("agent", agent).put("weight", number));
    }

    @Command(name = "limit", description = "set how fast each member serves an endpoint's visitors")
    static CtlRequest limit(
            @Parameters(paramLabel = "ENDPOINT", description = "such as \"tcp :8080\"") String id,
            @Parameters(paramLabel = "IN", description = "from them, such as 10MB; 0: no limit") String in,
            @Parameters(paramLabel = "OUT", arity = "0..1", description = "to them (default 0)") Optional<String> out) {
        return CtlRequest.put("endpoints", id, "limit")
                .with(new JsonObject().put("in", in).put("out", out.orElse("0")));
    }

    @Command(name = "close", description = "close one connection, or all that match")
    static CtlRequest close(
            @Parameters(paramLabel = "SID", arity = "0..1", description = "see: connections") Optional<String> sid,
            @Option(
                            names = {"-f", "--filter"},
                            paramLabel = "FIELD=TEXT",
                            description = "those with this text in that field; repeatable; all=true: all")
                    Map<String, String> filters) {
        if (sid.isPresent()) {
            return CtlRequest.delete("connections", sid.get());
        }
        Map<String, Object> which = new LinkedHashMap<>();
        if (filters != null) {
            which.putAll(filters);
            which.computeIfPresent("all", (k, all) -> Boolean.parseBoolean((String) all));
        }
        return CtlRequest.post("connections", "close").with(new JsonObject(which));
    }

    @Command(name = "drain", description = "take a member out of service")
    static CtlRequest drain(@Parameters(paramLabel = "MEMBER", description = "its name") String member) {
        return CtlRequest.post("members", member, "drain");
    }

    @Command(name = "undrain", description = "take a member into service again")
    static CtlRequest undrain(@Parameters(paramLabel = "MEMBER", description = "its name") String member) {
        return CtlRequest.post("members", member, "undrain");
    }

    @Command(name = "reload", description = "read the configuration files again")
    static CtlRequest reload() {
        return CtlRequest.post("reload");
    }

    @Command(name = "log-level", description = "set the level of all log lines, or of one room's")
    static CtlRequest logLevel(
            @Parameters(
                            paramLabel = "LEVEL",
                            completionCandidates = LogLevels.class,
                            description = "trace, debug, info, warn or error")
                    String level,
            @Parameters(paramLabel = "LOGGER", arity = "0..1", description = "such as session")
                    Optional<String> logger) {
        return CtlRequest.put("log-level")
                .with(new JsonObject().put("level", level).put("logger", logger.orElse("")));
    }
}
