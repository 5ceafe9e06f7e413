package io.warren.console;

import io.vertx.ext.web.Router;

/** Something that a {@link WebServer} shows: its routes, with their own log-in. Several share one server, so each keeps to its own paths. */
@FunctionalInterface
public interface Site {
    /** Adds the routes. Called once, on the server's event loop, where requests are handled too. */
    void mount(Router router);
}
