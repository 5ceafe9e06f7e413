package io.warren.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.config.Surroundings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code warren ctl VERB ...}: sees and steers a running cluster through the console of one of its members. */
final class Ctl {
    static final int DONE = 0;
    static final int NOT_DONE = 1;
    static final int NOT_REACHED = 3;
    static final int NOT_LET_IN = 4;

    private final CtlOptions options;
    private final ConsoleClient client;
    private final PrintStream out;
    private final PrintStream err;

    private Ctl(CtlOptions options, PrintStream out, PrintStream err) {
        this.options = options;
        this.client = new ConsoleClient(options);
        this.out = out;
        this.err = err;
    }

    static int run(List<String> arguments) {
        return run(arguments, Surroundings::environment, System.out, System.err);
    }

    /**
     * @param arguments behind {@code ctl}
     * @return the exit code: 0 done, 1 not done, 3 nobody answers, 4 not let in
     * @throws UsageException for arguments that make no request
     */
    static int run(
            List<String> arguments, Function<String, Optional<String>> environment, PrintStream out, PrintStream err) {
        if (arguments.isEmpty() || List.of("help", "-h", "-help", "--help").contains(arguments.get(0))) {
            out.print(usage());
            return DONE;
        }
        if (arguments.get(0).equals("completion")) {
            out.print(Completion.script(arguments.size() > 1 ? arguments.get(1) : ""));
            return DONE;
        }
        CtlOptions options = CtlOptions.parse(arguments, environment);
        if (options.words().isEmpty()) {
            throw new UsageException("ctl needs a verb: ctl help lists them");
        }
        Ctl ctl = new Ctl(options, out, err);
        try {
            return switch (options.words().get(0)) {
                case "status" -> ctl.status();
                case "top" -> new Top(options, ctl.client, out).run(ctl::failure);
                default -> ctl.verb(options.words().get(0));
            };
        } catch (ConsoleClient.Unreached e) {
            err.println("warren ctl: " + e.getMessage());
            return NOT_REACHED;
        }
    }

    static String usage() {
        StringBuilder text = new StringBuilder("""
                warren ctl VERB ... sees and steers a running cluster through the console of one of its members
                  -a, --address URL      of the console (WARREN_ADDRESS; default http://127.0.0.1:8422)
                  -u, --user NAME        (WARREN_USER; default admin)
                      --password TEXT    (WARREN_PASSWORD); better --password-file FILE
                      --ca FILE          certificates to trust (WARREN_CA)
                      --insecure         trust any certificate
                      --config FILE      address=, user=, password=, ca= (default ~/.config/warren/ctl.conf)
                  -o, --output FORMAT    table, json or yaml
                  -m, --member NAME      repeatable; without: all members
                  -f, --filter FIELD=TEXT, --q TEXT, --sort [-]FIELD, --limit N, --offset N    for lists
                verbs:
                  status                 the cluster in a few lines
                  top                    the cluster, live (--interval 1s, --count N)
                """);
        CtlVerb.ALL.values().forEach(verb -> {
            String call = (verb.name() + " " + String.join(" ", verb.words())).trim();
            text.append(String.format("  %-22s %s%n", call, verb.help()));
        });
        return text.append("  completion SHELL       a script for bash or zsh\n")
                .toString();
    }

    private int verb(String name) {
        CtlVerb verb = Optional.ofNullable(CtlVerb.ALL.get(name))
                .orElseThrow(() -> new UsageException("no verb named \"" + name + "\": ctl help lists them"));
        boolean text = List.of("config", "version").contains(name)
                || (name.equals("get") && options.words().size() > 2);
        if (text && options.output() != CtlOptions.Output.JSON) {
            options.parameters().putIfAbsent("format", "yaml");
        }
        CtlVerb.Request request = verb.request(options);
        ConsoleClient.Answer answer = client.send(request);
        if (answer.status() == 401 || answer.status() == 403 || answer.status() == 429) {
            return failure(answer);
        }
        if (!answer.type().startsWith("application/json")) {
            (answer.status() < 300 ? out : err).print(answer.body());
            return answer.status() < 300 ? DONE : NOT_DONE;
        }
        JsonObject body = json(answer);
        Optional<String> error = Optional.ofNullable(body.getString("error"));
        show(verb, body);
        error.ifPresent(message -> err.println("warren ctl: " + message));
        warnOfStale(body);
        return answer.status() < 300 && !partly(body) ? DONE : NOT_DONE;
    }

    /** Whether a member did not do what others did. */
    private static boolean partly(JsonObject body) {
        return rows(body, "results").stream()
                .anyMatch(r -> List.of("refused", "invalid", "stale").contains(r.getString("outcome")));
    }

    private void warnOfStale(JsonObject body) {
        rows(body, "members").stream()
                .filter(member -> "stale".equals(member.getString("state")))
                .forEach(member -> err.println("warren ctl: member " + member.getString("member")
                        + " does not answer; shown as it was at " + member.getString("at", "no time")));
    }

    private int failure(ConsoleClient.Answer answer) {
        String message = answer.type().startsWith("application/json")
                ? json(answer).getString("error", "")
                : answer.body().strip();
        boolean unasked = answer.status() == 401 && options.password().isEmpty();
        err.println("warren ctl: "
                + (unasked
                        ? "no password given (--password-file, WARREN_PASSWORD, or password= in ~/.config/warren/ctl.conf)"
                        : message.isEmpty() ? "status " + answer.status() : message));
        return answer.status() == 401 || answer.status() == 403 || answer.status() == 429 ? NOT_LET_IN : NOT_DONE;
    }

    static JsonObject json(ConsoleClient.Answer answer) {
        try {
            return new JsonObject(answer.body());
        } catch (DecodeException e) {
            throw new ConsoleClient.Unreached("what answers there is not a console");
        }
    }

    private void show(CtlVerb verb, JsonObject body) {
        switch (options.output()) {
            case JSON -> out.println(body.encodePrettily());
            case YAML -> out.print(yaml(body));
            case TABLE -> table(verb, body);
        }
    }

    private void table(CtlVerb verb, JsonObject body) {
        if (body.containsKey("results")) {
            out.print(Table.of(rows(body, "results"), CtlVerb.RESULT));
            rows(body, "results")
                    .forEach(result -> rows(result, "problems")
                            .forEach(problem -> out.println(result.getString("member") + ": "
                                    + problem.getString("path") + ": " + problem.getString("message"))));
        } else if (body.containsKey("items") && !verb.columns().isEmpty()) {
            out.print(Table.of(rows(body, "items"), verb.columns()));
            int shown = body.getJsonArray("items").size();
            if (body.containsKey("total") && body.getInteger("total") > shown) {
                out.println(shown + " of " + body.getInteger("total"));
            }
        } else if (verb.name().equals("diff")) {
            out.print(Difference.of(body.getString("before", ""), body.getString("after", "")));
        } else if (!body.containsKey("error")) {
            out.print(yaml(body));
        }
    }

    static List<JsonObject> rows(JsonObject body, String key) {
        List<JsonObject> rows = new ArrayList<>();
        if (body.getValue(key) instanceof JsonArray array) {
            array.forEach(each -> {
                if (each instanceof JsonObject row) {
                    rows.add(row);
                }
            });
        }
        return rows;
    }

    private static String yaml(JsonObject body) {
        DumperOptions layout = new DumperOptions();
        layout.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(layout).dump(new Yaml(new SafeConstructor(new LoaderOptions())).load(body.encode()));
    }

    // --- at a glance

    private int status() {
        ConsoleClient.Answer answer = client.send(CtlVerb.Request.get("/overview"));
        if (answer.status() != 200) {
            return failure(answer);
        }
        JsonObject overview = json(answer);
        if (options.output() == CtlOptions.Output.TABLE) {
            out.print(overview(overview));
        } else {
            show(CtlVerb.ALL.get("stats"), overview);
        }
        return rows(overview, "warnings").stream().anyMatch(w -> "critical".equals(w.getString("severity")))
                ? NOT_DONE
                : DONE;
    }

    static String overview(JsonObject overview) {
        JsonObject totals = overview.getJsonObject("totals");
        StringBuilder text = new StringBuilder();
        text.append(overview.containsKey("cluster") ? "cluster " + overview.getString("cluster") : "no cluster")
                .append(", seen from ")
                .append(overview.getString("member"))
                .append('\n')
                .append(totals.getInteger("agents"))
                .append(" agents, ")
                .append(totals.getInteger("endpoints"))
                .append(" endpoints, ")
                .append(totals.getInteger("connections"))
                .append(" connections, in ")
                .append(Table.cell("inRate", totals.getValue("inRate")))
                .append(", out ")
                .append(Table.cell("outRate", totals.getValue("outRate")))
                .append(totals.getBoolean("complete") ? "\n\n" : " (not all members answer)\n\n");
        text.append(
                Table.of(rows(overview, "members"), CtlVerb.ALL.get("members").columns()));
        List<JsonObject> warnings = rows(overview, "warnings");
        if (!warnings.isEmpty()) {
            text.append('\n').append(Table.of(warnings, List.of("severity", "code", "subject", "message")));
        }
        return text.toString();
    }
}
