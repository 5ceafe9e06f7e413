package io.warren.spi;

import java.util.List;

/** A change that cannot be made. Carries no stack trace: it describes what somebody asked for. */
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** There is no such kind of object. */
        KIND,
        /** A new object without a name. */
        UNNAMED,
        /** A new object with the name of one that is there. */
        EXISTS,
        /** No object with that name. */
        MISSING,
        /** A document or a configuration with errors: the problems say which. */
        INVALID,
        /** The configuration is right, but a service cannot start. */
        FAILED,
        /** The file cannot be written. */
        SAVE
    }

    private final Reason reason;
    private final transient List<Control.Finding> problems;

    public ControlException(Reason reason, String message, List<Control.Finding> problems) {
        super(message, null, false, false);
        this.reason = reason;
        this.problems = List.copyOf(problems);
    }

    public static ControlException of(Reason reason, String message) {
        return new ControlException(reason, message, List.of());
    }

    public Reason reason() {
        return reason;
    }

    /** Everything that is wrong, for INVALID; warnings too. */
    public List<Control.Finding> problems() {
        return problems;
    }
}
