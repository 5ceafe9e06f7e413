package io.warren.control;

import java.util.Arrays;

/** A request that says something that cannot be. The asker's fault, so without a stack trace. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        INVALID(1, 400),
        /** It is about something that there is not. */
        UNKNOWN(2, 404),
        FORBIDDEN(3, 403),
        /** The member that has to answer does not. */
        UNANSWERED(4, 503);

        private final int code;
        private final int status;

        Reason(int code, int status) {
            this.code = code;
            this.status = status;
        }

        /** As an HTTP status. */
        public int status() {
            return status;
        }

        /** Between members. */
        int code() {
            return code;
        }

        static Reason of(int code) {
            return Arrays.stream(values())
                    .filter(r -> r.code == code)
                    .findFirst()
                    .orElse(INVALID);
        }
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
