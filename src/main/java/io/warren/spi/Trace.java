package io.warren.spi;

import io.warren.net.Meter;
import io.warren.net.Paces;
import java.util.Optional;
import java.util.Set;

/** What is learned about a session on its way, for its one log line and its record. Of one event loop, except the meter. */
public final class Trace {
    private final Optional<Trace> whole;
    private final Meter meter;
    private String user = "";
    private String target = "";
    private String route = "";
    private Optional<Login> login = Optional.empty();
    private Optional<String> member = Optional.empty();
    private Set<String> avoided = Set.of();
    private Optional<Notes> notes = Optional.empty();
    private Paces limit = Paces.FREE;
    private Paces routeLimit = Paces.FREE;

    public Trace(Meter meter) {
        this(Optional.empty(), meter);
    }

    private Trace(Optional<Trace> whole, Meter meter) {
        this.whole = whole;
        this.meter = meter;
    }

    /** That of one request of several: a record of its own, while this one goes on to say what the latest request is. */
    Trace child() {
        Trace child = new Trace(Optional.of(this), new Meter(meter));
        child.user = user;
        child.notes = notes.map(Notes::child);
        child.limit = limit;
        return child;
    }

    /** That of something within: the same so far, and nothing of it gets here. */
    Trace part() {
        Trace part = new Trace(new Meter());
        part.user = user;
        part.route = route;
        part.notes = notes.map(Notes::part);
        return part;
    }

    /** Where somebody keeps records: what they are to say. */
    public Optional<Notes> notes() {
        return notes;
    }

    public void keep(Notes forRecord) {
        notes = Optional.of(forRecord);
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
        whole.ifPresent(trace -> trace.user(name));
    }

    /** Who binds, when it is a Warren agent. */
    public Optional<Login> login() {
        return login;
    }

    public void login(Login agent) {
        login = Optional.of(agent);
    }

    /** The member at which this session binds, as soon as that has told (see {@link Scope#member}), whatever else it answers. */
    public Optional<String> member() {
        return member;
    }

    public void member(String id) {
        member = Optional.of(id);
    }

    /** Names of chain nodes that are taken only where there is no other. */
    public Set<String> avoided() {
        return avoided;
    }

    public void avoid(Set<String> nodes) {
        avoided = Set.copyOf(nodes);
    }

    /** How fast its bytes may go: as its client may, on the way that was found for it. */
    public Paces paces() {
        return limit.and(routeLimit);
    }

    /** How fast its client may go. */
    public Paces limit() {
        return limit;
    }

    public void limit(Paces client) {
        limit = client;
    }

    /** How fast the way to its target may be used. */
    public Paces routeLimit() {
        return routeLimit;
    }

    public void routeLimit(Paces way) {
        routeLimit = way;
    }

    public String target() {
        return target;
    }

    public void target(String text) {
        target = text;
        whole.ifPresent(trace -> trace.target(text));
    }

    /** The chain nodes in order, {@code a > b}; empty when dialled directly. */
    public String route() {
        return route;
    }

    public void route(String text) {
        route = text;
        whole.ifPresent(trace -> trace.route(text));
    }
}
