package io.warren.console;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.warren.control.ControlPlane;
import java.util.concurrent.atomic.AtomicInteger;

/** What is new, as server-sent events. Who reads too slowly misses overviews, and who does not read at all is cut. On the server's event loop. */
final class EventStream {
    private static final int MAX = 100;
    private static final int MAX_MISSED = 30;

    private final ControlPlane plane;
    private final Guard guard;
    private final AtomicInteger open = new AtomicInteger();

    EventStream(ControlPlane plane, Guard guard) {
        this.plane = plane;
        this.guard = guard;
    }

    void open(RoutingContext ctx) {
        if (open.incrementAndGet() > MAX) {
            open.decrementAndGet();
            ClusterAnswers.error(ctx, 503, "more than " + MAX + " streams");
            return;
        }
        HttpServerResponse response = ctx.response()
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                // A compressor would keep events back until it has enough of them.
                .putHeader("Content-Encoding", "identity")
                .putHeader("X-Accel-Buffering", "no");
        Context here = ctx.vertx().getOrCreateContext();
        Reader reader = new Reader(ctx, response);
        response.write(": here\n\n").onFailure(e -> response.reset());
        Runnable end = plane.listen((name, data) -> here.runOnContext(v -> reader.send(name, data)));
        ctx.addEndHandler(done -> {
            end.run();
            open.decrementAndGet();
        });
    }

    private final class Reader {
        private final RoutingContext ctx;
        private final HttpServerResponse response;
        private int missed;

        Reader(RoutingContext ctx, HttpServerResponse response) {
            this.ctx = ctx;
            this.response = response;
        }

        void send(String name, JsonObject data) {
            if (response.ended() || response.closed()) {
                return;
            }
            boolean overview = name.equals("overview");
            if (overview && !guard.stands(ctx)) {
                response.end();
                return;
            }
            if (response.writeQueueFull()) {
                if (++missed > MAX_MISSED) {
                    ctx.request().connection().close();
                }
                return;
            }
            missed = 0;
            response.write("event: " + name + "\ndata: " + data.encode() + "\n\n")
                    .onFailure(e -> response.reset());
        }
    }
}
