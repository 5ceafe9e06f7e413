package io.warren.spi;

import io.warren.net.Meter;

/** What is learned about a session on its way, for its one log line and its record. Of one event loop, except the meter. */
public final class Trace {
    private final Meter meter;
    private String user = "";
    private String target = "";
    private String route = "";

    public Trace(Meter meter) {
        this.meter = meter;
    }

    public Meter meter() {
        return meter;
    }

    /** The authenticated user; empty when nobody logged in. */
    public String user() {
        return user;
    }

    public void user(String name) {
        user = name;
    }

    public String target() {
        return target;
    }

    public void target(String text) {
        target = text;
    }

    /** The chain nodes in order, {@code a > b}; empty when dialled directly. */
    public String route() {
        return route;
    }

    public void route(String text) {
        route = text;
    }
}
