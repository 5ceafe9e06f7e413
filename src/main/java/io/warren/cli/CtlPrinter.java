package io.warren.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Answers of a console, in the form that is wanted, and the exit code they make. */
final class CtlPrinter {
    /** What a result of a command is shown by. */
    private static final List<String> RESULT = List.of("member", "outcome", "count", "detail");

    private static final Set<Integer> NOT_LET_IN = Set.of(401, 403, 429);

    private final CtlOptions.Output output;
    private final boolean anonymous;
    private final PrintStream out;
    private final PrintStream err;

    /** @param anonymous whether no password was given */
    CtlPrinter(CtlOptions.Output output, boolean anonymous, PrintStream out, PrintStream err) {
        this.output = output;
        this.anonymous = anonymous;
        this.out = out;
        this.err = err;
    }

    int print(CtlRequest request, ConsoleClient.Answer answer) {
        if (NOT_LET_IN.contains(answer.status())) {
            return failure(answer);
        }
        boolean done = answer.status() < 300;
        if (!answer.type().startsWith("application/json")) {
            (done ? out : err).print(answer.body());
            return done ? Ctl.DONE : Ctl.NOT_DONE;
        }
        JsonObject body = json(answer);
        show(request, body);
        Optional.ofNullable(body.getString("error")).ifPresent(message -> err.println("warren ctl: " + message));
        warnOfStale(body);
        return done && !partly(body) ? Ctl.DONE : Ctl.NOT_DONE;
    }

    /** The cluster in a few lines. */
    int overview(ConsoleClient.Answer answer) {
        if (answer.status() != 200) {
            return failure(answer);
        }
        JsonObject overview = json(answer);
        if (output == CtlOptions.Output.TABLE) {
            out.print(overview(overview));
        } else {
            show(CtlRequest.get("overview"), overview);
        }
        return rows(overview, "warnings").stream().anyMatch(w -> "critical".equals(w.getString("severity")))
                ? Ctl.NOT_DONE
                : Ctl.DONE;
    }

    int failure(ConsoleClient.Answer answer) {
        String message = answer.type().startsWith("application/json")
                ? json(answer).getString("error", "")
                : answer.body().strip();
        err.println("warren ctl: "
                + (answer.status() == 401 && anonymous
                        ? "no password given (--password-file, WARREN_PASSWORD, or password= in ~/.config/warren/ctl.conf)"
                        : message.isEmpty() ? "status " + answer.status() : message));
        return NOT_LET_IN.contains(answer.status()) ? Ctl.NOT_LET_IN : Ctl.NOT_DONE;
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

    private void show(CtlRequest request, JsonObject body) {
        switch (output) {
            case JSON -> out.println(body.encodePrettily());
            case YAML -> out.print(yaml(body));
            case TABLE -> table(request, body);
        }
    }

    private void table(CtlRequest request, JsonObject body) {
        if (body.containsKey("results")) {
            out.print(Table.of(rows(body, "results"), RESULT));
            rows(body, "results")
                    .forEach(result -> rows(result, "problems")
                            .forEach(problem -> out.println(result.getString("member") + ": "
                                    + problem.getString("path") + ": " + problem.getString("message"))));
        } else if (body.containsKey("items") && !request.columns().isEmpty()) {
            out.print(Table.of(rows(body, "items"), request.columns()));
            int shown = body.getJsonArray("items").size();
            if (body.containsKey("total") && body.getInteger("total") > shown) {
                out.println(shown + " of " + body.getInteger("total"));
            }
        } else if (request.path().equals("/config/diff") && !body.containsKey("error")) {
            out.print(Difference.of(body.getString("before", ""), body.getString("after", "")));
        } else if (!body.containsKey("error")) {
            out.print(yaml(body));
        }
    }

    static JsonObject json(ConsoleClient.Answer answer) {
        try {
            return new JsonObject(answer.body());
        } catch (DecodeException e) {
            throw new ConsoleClient.Unreached("what answers there is not a console");
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
        text.append(Table.of(rows(overview, "members"), List.of(CtlViews.MEMBERS)));
        List<JsonObject> warnings = rows(overview, "warnings");
        if (!warnings.isEmpty()) {
            text.append('\n').append(Table.of(warnings, List.of("severity", "code", "subject", "message")));
        }
        return text.toString();
    }
}
