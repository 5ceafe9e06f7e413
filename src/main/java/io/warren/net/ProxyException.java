package io.warren.net;

import java.util.Optional;

/**
 * The one expected failure: what went wrong, on whose side. Carries no stack trace, since it describes a peer or the network and not this
 * program; a bug is any other exception.
 */
public final class ProxyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong; every protocol maps these to its own reply codes. */
    public enum Kind {
        /** A rule forbids it. */
        DENIED,
        /** Missing or wrong credentials. */
        UNAUTHORIZED,
        /** A limit was reached. */
        LIMITED,
        /** A name has no address. */
        RESOLVE,
        /** The target answered that nothing listens there. */
        REFUSED,
        /** No way to the target. */
        UNREACHABLE,
        /** No answer in time. */
        TIMEOUT,
        /** Bytes that the protocol does not allow. */
        PROTOCOL,
        /** Well formed, but not offered here. */
        UNSUPPORTED,
        /** The peer went away. */
        CLOSED,
        /** Our own fault. */
        INTERNAL
    }

    /** Whose fault it is. */
    public enum Side {
        CLIENT,
        UPSTREAM,
        SELF
    }

    private final Kind kind;
    private final Side side;
    private final String node;

    public ProxyException(Kind kind, Side side, String message, Throwable cause) {
        this(kind, side, message, cause, null);
    }

    private ProxyException(Kind kind, Side side, String message, Throwable cause, String node) {
        super(message, cause, false, false);
        this.kind = kind;
        this.side = side;
        this.node = node;
    }

    public static ProxyException of(Kind kind, Side side, String message) {
        return new ProxyException(kind, side, message, null);
    }

    /** A client that does not speak the protocol. */
    public static ProxyException protocol(String message) {
        return of(Kind.PROTOCOL, Side.CLIENT, message);
    }

    public static ProxyException upstream(Kind kind, String message) {
        return of(kind, Side.UPSTREAM, message);
    }

    public static ProxyException denied(String message) {
        return of(Kind.DENIED, Side.CLIENT, message);
    }

    public static ProxyException unsupported(String message) {
        return of(Kind.UNSUPPORTED, Side.CLIENT, message);
    }

    /** {@code e} itself when it is one of ours, else an INTERNAL one around it. */
    public static ProxyException from(Throwable e) {
        return e instanceof ProxyException p
                ? p
                : new ProxyException(Kind.INTERNAL, Side.SELF, String.valueOf(e.getMessage()), e);
    }

    /** The same failure seen from a client of the peer that caused it: what was the client's fault is now the upstream's. */
    public ProxyException asUpstream() {
        return side == Side.CLIENT ? new ProxyException(kind, Side.UPSTREAM, getMessage(), getCause(), node) : this;
    }

    /** The same failure, blamed on the chain node {@code name}: the nodes before it are not to be marked for it. */
    public ProxyException atNode(String name) {
        return node != null
                ? this
                : new ProxyException(kind, side, "node " + name + ": " + getMessage(), getCause(), name);
    }

    /** The chain node that failed, when it was one. */
    public Optional<String> node() {
        return Optional.ofNullable(node);
    }

    public Kind kind() {
        return kind;
    }

    public Side side() {
        return side;
    }

    /** Whether another attempt, perhaps by another way, can succeed. */
    public boolean retryable() {
        return side != Side.CLIENT && kind != Kind.DENIED && kind != Kind.UNSUPPORTED;
    }
}
