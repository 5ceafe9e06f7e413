package io.warren.console;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import io.warren.control.Refusal;
import io.warren.net.Address;
import io.warren.spi.Session;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers in gost's shape: an envelope of {@code code}, {@code msg} and {@code data}, of which empty fields are left out. */
final class Answers {
    private static final String SESSION = "io.warren.session";
    private static final String JSON = "application/json; charset=utf-8";
    private static final Pattern LOCATION = Pattern.compile("line: (\\d+), column: (\\d+)");

    private Answers() {}

    /** Goes on with a result on the request's own event loop. What goes wrong there is answered too: a request is never left without an answer. */
    static <T> void when(RoutingContext ctx, Future<T> result, Consumer<T> use, Consumer<Throwable> failed) {
        Context here = ctx.vertx().getOrCreateContext();
        result.onComplete(done -> here.runOnContext(v -> {
            try {
                if (done.succeeded()) {
                    use.accept(done.result());
                } else {
                    failed.accept(done.cause());
                }
            } catch (RuntimeException e) {
                ctx.fail(e);
            }
        }));
    }

    /** Likewise, and until then what the request brings is not read. */
    static <T> void unread(RoutingContext ctx, Future<T> result, Consumer<T> use, Consumer<Throwable> failed) {
        ctx.request().pause();
        when(
                ctx,
                result,
                value -> {
                    ctx.request().resume();
                    use.accept(value);
                },
                e -> {
                    ctx.request().resume();
                    failed.accept(e);
                });
    }

    static void ok(RoutingContext ctx) {
        json(ctx, 200, new JsonObject().put("msg", "OK"));
    }

    static void data(RoutingContext ctx, Object data) {
        json(ctx, 200, new JsonObject().put("data", data));
    }

    static void error(RoutingContext ctx, int status, int code, String message) {
        json(ctx, status, new JsonObject().put("code", code).put("msg", message));
    }

    static void json(RoutingContext ctx, int status, JsonObject body) {
        send(ctx, status, JSON, body.toBuffer());
    }

    /**
     * The request's object; without a body an empty one.
     *
     * @throws Refusal for what is none
     */
    static JsonObject object(RoutingContext ctx) {
        Buffer bytes = ctx.body().buffer();
        try {
            return bytes == null || bytes.length() == 0 ? new JsonObject() : new JsonObject(bytes);
        } catch (DecodeException | ClassCastException e) {
            throw new Refusal("body: expected a JSON object" + where(e));
        }
    }

    /** Where a parser stopped: {@code at line 1, column 7}. */
    private static String where(Throwable e) {
        Matcher location = LOCATION.matcher(String.valueOf(e.getMessage()));
        return location.find()
                ? ", got something else at line " + location.group(1) + ", column " + location.group(2)
                : "";
    }

    static void notFound(RoutingContext ctx) {
        send(ctx, 404, "text/plain", Buffer.buffer("404 page not found"));
    }

    static void empty(RoutingContext ctx, int status) {
        if (!ctx.response().ended()) {
            ctx.response().setStatusCode(status).end();
        }
    }

    static void send(RoutingContext ctx, int status, String type, Buffer body) {
        // The client may be gone by now.
        if (!ctx.response().ended() && !ctx.response().closed()) {
            ctx.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
        }
    }

    /** From now on the request is that of a client that somebody else let in. */
    static void through(RoutingContext ctx, Session session) {
        ctx.put(SESSION, session);
    }

    static Address client(RoutingContext ctx) {
        return ctx.get(SESSION) instanceof Session session
                ? session.client()
                : address(ctx.request().remoteAddress());
    }

    static Address local(RoutingContext ctx) {
        return ctx.get(SESSION) instanceof Session session
                ? session.local()
                : address(ctx.request().localAddress());
    }

    private static Address address(SocketAddress socket) {
        if (socket == null || !socket.isInetSocket() || socket.hostAddress() == null) {
            return Address.NONE;
        }
        return Address.of(new InetSocketAddress(socket.hostAddress(), socket.port()));
    }
}
