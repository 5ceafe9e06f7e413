package io.warren.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of {@code ctl} that look and change nothing. */
final class CtlViews {
    static final String[] MEMBERS = {
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
        "uptimeS"
    };

    private CtlViews() {}

    private static CtlRequest list(String name, CtlPage page, String... columns) {
        return CtlRequest.get(name).where(page.parameters()).shown(columns);
    }

    @Command(name = "members", description = "members of the cluster")
    static CtlRequest members() {
        return CtlRequest.get("members").shown(MEMBERS);
    }

    @Command(name = "agents", description = "who serves endpoints")
    static CtlRequest agents(@Mixin CtlPage page) {
        return list("agents", page, "agent", "version", "members", "endpoints", "rttMs", "connections", "since");
    }

    @Command(name = "endpoints", description = "what visitors use")
    static CtlRequest endpoints(@Mixin CtlPage page) {
        return list(
                "endpoints",
                page,
                "endpoint",
                "user",
                "agents",
                "connections",
                "inRate",
                "outRate",
                "inLimit",
                "outLimit",
                "disabled");
    }

    @Command(name = "services", description = "what runs")
    static CtlRequest services(@Mixin CtlPage page) {
        return list(
                "services",
                page,
                "name",
                "member",
                "listener",
                "handler",
                "address",
                "state",
                "connections",
                "failed",
                "managed");
    }

    @Command(name = "connections", description = "what goes on right now")
    static CtlRequest connections(@Mixin CtlPage page) {
        return list(
                "connections",
                page,
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
    }

    @Command(name = "events", description = "what happened lately, and who did what")
    static CtlRequest events(@Mixin CtlPage page) {
        return list("events", page, "at", "member", "kind", "message", "by", "result");
    }

    @Command(name = "logs", description = "recent log lines")
    static CtlRequest logs(
            @Mixin CtlPage page,
            @Option(
                            names = "--level",
                            paramLabel = "LEVEL",
                            completionCandidates = LogLevels.class,
                            description = "of it and above")
                    Optional<String> level) {
        return list("logs", page, "at", "member", "level", "logger", "message", "fields")
                .where("level", level);
    }

    @Command(name = "certificates", description = "certificates in use")
    static CtlRequest certificates() {
        return CtlRequest.get("certificates").shown("member", "subject", "notAfter", "daysLeft", "usedBy", "file");
    }

    @Command(name = "bans", description = "agents that are kept out")
    static CtlRequest bans() {
        return CtlRequest.get("bans").shown("agent", "until", "by");
    }

    @Command(name = "stats", description = "the last hour in figures")
    static CtlRequest stats(
            @Option(names = "--step", paramLabel = "TIME", description = "1s: five minutes; 10s: the hour")
                    Optional<String> step) {
        return CtlRequest.get("stats").where("step", step);
    }

    @Command(name = "config", description = "what is in force on a member")
    static CtlRequest config() {
        return CtlRequest.get("config").asDocument();
    }

    @Command(name = "get", description = "objects of a kind, or one")
    static CtlRequest get(
            @Parameters(paramLabel = "KIND", description = "services, chains, authers ...") String kind,
            @Parameters(paramLabel = "NAME", arity = "0..1") Optional<String> name) {
        return name.map(one -> CtlRequest.get("config", kind, one).asDocument())
                .orElseGet(() -> CtlRequest.get("config", kind).shown("name"));
    }

    @Command(name = "history", description = "versions of a member's configuration")
    static CtlRequest history() {
        return CtlRequest.get("config", "history").shown("version", "at", "by", "action", "current");
    }

    @Command(name = "version", description = "one of them")
    static CtlRequest version(@Parameters(paramLabel = "NUMBER", description = "see: history") String number) {
        return CtlRequest.get("config", "history", number).asDocument();
    }
}
