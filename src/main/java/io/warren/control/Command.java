package io.warren.control;

import io.warren.spi.Secret;
import java.time.Duration;
import java.util.Optional;

/** Something to be done by a member. Doing it a second time changes nothing more. */
public sealed interface Command {
    /** Cuts an agent's sessions and keeps it out. */
    record Kick(String agent, Duration time) implements Command {}

    record Unban(String agent) implements Command {}

    /** Refuses an endpoint's visitors. */
    record Disable(String endpoint) implements Command {}

    record Enable(String endpoint) implements Command {}

    /** Closes a service's port, cuts its sessions, and keeps its configuration. */
    record DisableService(String service) implements Command {}

    record EnableService(String service) implements Command {}

    /** @param weight 0: what the agent asked for */
    record Weigh(String endpoint, String agent, int weight) implements Command {}

    /**
     * How fast each member serves all visitors of an endpoint together.
     *
     * @param in bytes a second from them; 0: no limit
     * @param out bytes a second to them; 0: no limit
     */
    record Limit(String endpoint, long in, long out) implements Command {}

    record Close(Query which) implements Command {}

    /** @param grace how long what runs may take to finish; empty: as the member's configuration says */
    record Drain(Optional<Duration> grace) implements Command {}

    record Undrain() implements Command {}

    record Reload() implements Command {}

    /** @param logger empty: all */
    record LogLevel(String logger, String level) implements Command {}

    /**
     * Puts a certificate to use.
     *
     * @param use where the configuration names the one that it takes the place of, {@code services[edge].listener.tls}
     * @param certificate PEM, with its chain
     */
    record Certify(String use, String certificate, Secret key) implements Command {}

    record Create(String kind, String document) implements Command {}

    record Replace(String kind, String name, String document) implements Command {}

    record Delete(String kind, String name) implements Command {}

    /** The whole configuration. */
    record Apply(String document) implements Command {}

    /** Changes nothing. With a kind the document is one object. */
    record Validate(Optional<String> kind, String document) implements Command {}

    record Rollback(int version) implements Command {}

    /** As the API calls it. */
    default String action() {
        return CommandJson.name(this);
    }

    default Role needs() {
        if (this instanceof Validate) {
            return Role.VIEWER;
        }
        return this instanceof Certify
                        || this instanceof Create
                        || this instanceof Replace
                        || this instanceof Delete
                        || this instanceof Apply
                        || this instanceof Rollback
                ? Role.ADMIN
                : Role.OPERATOR;
    }

    /** What it is about, for the audit; never a document. */
    default String subject() {
        if (this instanceof Kick c) {
            return c.agent();
        } else if (this instanceof Unban c) {
            return c.agent();
        } else if (this instanceof Disable c) {
            return c.endpoint();
        } else if (this instanceof Enable c) {
            return c.endpoint();
        } else if (this instanceof DisableService c) {
            return c.service();
        } else if (this instanceof EnableService c) {
            return c.service();
        } else if (this instanceof Weigh c) {
            return c.endpoint() + " " + c.agent() + " " + c.weight();
        } else if (this instanceof Limit c) {
            return c.endpoint() + " " + c.in() + "B " + c.out() + "B";
        } else if (this instanceof Close c) {
            return c.which().toString();
        } else if (this instanceof LogLevel c) {
            return (c.logger().isEmpty() ? "all" : c.logger()) + " " + c.level();
        } else if (this instanceof Certify c) {
            return c.use();
        } else if (this instanceof Create c) {
            return c.kind() + " " + Documents.name(c.document());
        } else if (this instanceof Replace c) {
            return c.kind() + " " + c.name();
        } else if (this instanceof Delete c) {
            return c.kind() + " " + c.name();
        } else if (this instanceof Rollback c) {
            return "version " + c.version();
        }
        return "";
    }
}
