package io.warren.control;

import io.vertx.core.json.JsonObject;
import io.warren.spi.Secret;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Commands as JSON: {@code {"do": "kick", "agent": "alice@10.0.0.7", "for": "60s"}}. */
final class CommandJson {
    private static final Duration KEPT_OUT = Duration.ofSeconds(60);
    private static final int MAX_WEIGHT = 1000;
    private static final Pattern LEVEL = Pattern.compile("trace|debug|info|warn|error");
    private static final Pattern LOGGER = Pattern.compile("[\\w.$-]{0,100}");

    private CommandJson() {}

    static String name(Command command) {
        String type = command.getClass().getSimpleName();
        return type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
    }

    static JsonObject write(Command command) {
        JsonObject json = new JsonObject().put("do", name(command));
        if (command instanceof Command.Kick c) {
            json.put("agent", c.agent()).put("for", c.time().toMillis() + "ms");
        } else if (command instanceof Command.Unban c) {
            json.put("agent", c.agent());
        } else if (command instanceof Command.Disable c) {
            json.put("endpoint", c.endpoint());
        } else if (command instanceof Command.Enable c) {
            json.put("endpoint", c.endpoint());
        } else if (command instanceof Command.DisableService c) {
            json.put("service", c.service());
        } else if (command instanceof Command.EnableService c) {
            json.put("service", c.service());
        } else if (command instanceof Command.Weigh c) {
            json.put("endpoint", c.endpoint()).put("agent", c.agent()).put("weight", c.weight());
        } else if (command instanceof Command.Limit c) {
            json.put("endpoint", c.endpoint()).put("in", c.in() + "B").put("out", c.out() + "B");
        } else if (command instanceof Command.Close c) {
            json.put("which", c.which().toJson());
        } else if (command instanceof Command.Drain c) {
            c.grace().ifPresent(grace -> json.put("grace", grace.toMillis() + "ms"));
        } else if (command instanceof Command.LogLevel c) {
            json.put("logger", c.logger()).put("level", c.level());
        } else if (command instanceof Command.Certify c) {
            json.put("use", c.use())
                    .put("certificate", c.certificate())
                    .put("key", c.key().reveal());
        } else if (command instanceof Command.Create c) {
            json.put("kind", c.kind()).put("document", c.document());
        } else if (command instanceof Command.Replace c) {
            json.put("kind", c.kind()).put("name", c.name()).put("document", c.document());
        } else if (command instanceof Command.Delete c) {
            json.put("kind", c.kind()).put("name", c.name());
        } else if (command instanceof Command.Apply c) {
            json.put("document", c.document());
        } else if (command instanceof Command.Validate c) {
            c.kind().ifPresent(kind -> json.put("kind", kind));
            json.put("document", c.document());
        } else if (command instanceof Command.Rollback c) {
            json.put("version", c.version());
        }
        return json;
    }

    /** @throws Refusal for what is no command */
    static Command read(JsonObject json) {
        String name = Fields.required(json, "do");
        return switch (name) {
            case "kick" -> new Command.Kick(Fields.required(json, "agent"), Fields.duration(json, "for", KEPT_OUT));
            case "unban" -> new Command.Unban(Fields.required(json, "agent"));
            case "disable" -> new Command.Disable(Fields.required(json, "endpoint"));
            case "enable" -> new Command.Enable(Fields.required(json, "endpoint"));
            case "disableService" -> new Command.DisableService(Fields.required(json, "service"));
            case "enableService" -> new Command.EnableService(Fields.required(json, "service"));
            case "weigh" ->
                new Command.Weigh(
                        Fields.required(json, "endpoint"),
                        Fields.required(json, "agent"),
                        Fields.integer(json, "weight", 0, MAX_WEIGHT));
            case "limit" ->
                new Command.Limit(Fields.required(json, "endpoint"), Fields.size(json, "in"), Fields.size(json, "out"));
            case "close" -> new Command.Close(which(json));
            case "drain" -> new Command.Drain(grace(json));
            case "undrain" -> new Command.Undrain();
            case "reload" -> new Command.Reload();
            case "logLevel" ->
                new Command.LogLevel(
                        matching(LOGGER, "logger", Fields.text(json, "logger")),
                        matching(LEVEL, "level", Fields.required(json, "level").toLowerCase(Locale.ROOT)));
            case "certify" ->
                new Command.Certify(
                        Fields.required(json, "use"),
                        Fields.pem(json, "certificate"),
                        Secret.of(Fields.pem(json, "key")));
            case "create" -> new Command.Create(Fields.required(json, "kind"), Fields.document(json));
            case "replace" ->
                new Command.Replace(
                        Fields.required(json, "kind"), Fields.required(json, "name"), Fields.document(json));
            case "delete" -> new Command.Delete(Fields.required(json, "kind"), Fields.required(json, "name"));
            case "apply" -> new Command.Apply(Fields.document(json));
            case "validate" ->
                new Command.Validate(
                        Optional.of(Fields.text(json, "kind")).filter(kind -> !kind.isEmpty()), Fields.document(json));
            case "rollback" -> new Command.Rollback(Fields.integer(json, "version", 1, Integer.MAX_VALUE));
            default -> throw new Refusal("do: no command named \"" + name + "\"");
        };
    }

    private static Optional<Duration> grace(JsonObject json) {
        return Fields.text(json, "grace").isEmpty()
                ? Optional.empty()
                : Optional.of(Fields.duration(json, "grace", Duration.ZERO));
    }

    private static Query which(JsonObject json) {
        if (!(json.getValue("which") instanceof JsonObject which)) {
            throw new Refusal("which: expected an object");
        }
        return Query.closing(which);
    }

    private static String matching(Pattern pattern, String key, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new Refusal(key + ": not one of those that there are");
        }
        return value;
    }
}
