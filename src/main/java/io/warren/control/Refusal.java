package io.warren.control;

/** A request that says something that cannot be. The asker's fault, so without a stack trace. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        INVALID,
        /** It is about something that there is not. */
        UNKNOWN,
        FORBIDDEN,
        /** The member that has to answer does not. */
        UNANSWERED
    }

    private final Reason reason;

    public Refusal(String message) {
        this(Reason.INVALID, message);
    }

    public Refusal(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
