package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets other Vert.x applications in the cluster see and steer it by messages to {@value #ADDRESS}, which any member answers: headers {@code user} and
 * {@code password}, a body {@code {"v": 1, "id": ..., "command": {"do": "kick", ...}, "members": [...]}} or {@code {"v": 1, "view": "agents"}}. The answer is
 * that of the API. A message that is refused fails with the status that the API answers with.
 */
final class Applications {
    static final String ADDRESS = "warren.control";

    private final ControlPlane plane;
    private final Supplier<Accounts> accounts;

    Applications(ControlPlane plane, Supplier<Accounts> accounts) {
        this.plane = plane;
        this.accounts = accounts;
    }

    void heard(Message<?> message) {
        answer(message)
                .onSuccess(message::reply)
                .onFailure(e -> message.fail(status(e), String.valueOf(e.getMessage())));
    }

    private static int status(Throwable e) {
        if (e instanceof Accounts.Denied denied) {
            return denied.retryAfter() > 0 ? 429 : 401;
        }
        return e instanceof Refusal refusal ? refusal.reason().status() : 500;
    }

    private Future<JsonObject> answer(Message<?> message) {
        if (!(message.body() instanceof JsonObject body)) {
            return Future.failedFuture(new Refusal("expected a JSON object"));
        }
        String user = Optional.ofNullable(message.headers().get("user")).orElse("");
        String password = Optional.ofNullable(message.headers().get("password")).orElse("");
        return accounts.get().authenticate(user, password, "the event bus").compose(by -> {
            try {
                return body.getValue("command") instanceof JsonObject command
                        ? command(by, body, command)
                        : view(Fields.required(body, "view"));
            } catch (Refusal e) {
                return Future.failedFuture(e);
            }
        });
    }

    private Future<JsonObject> command(Actor by, JsonObject body, JsonObject command) {
        List<String> members = new ArrayList<>();
        if (body.getValue("members") instanceof JsonArray names) {
            names.forEach(name -> members.add(String.valueOf(name)));
        }
        Optional<String> id = Optional.of(Fields.text(body, "id"))
                .filter(text -> !text.isEmpty())
                .map(text -> by.user() + ":" + text);
        return plane.command(by, id, command, members).map(Outcome::toJson);
    }

    private Future<JsonObject> view(String name) {
        Query all = new Query(Map.of(), "", "", 0, Query.MAX_LIMIT);
        return switch (name) {
            case "overview" -> plane.overview();
            case "members" -> plane.members(all);
            case "agents" -> plane.agents(all);
            case "endpoints" -> plane.endpoints(all);
            case "services" -> plane.services(all);
            case "connections" -> plane.connections(all);
            case "events" -> plane.events(all);
            default -> throw new Refusal(Refusal.Reason.UNKNOWN, "no view named \"" + name + "\"");
        };
    }
}
