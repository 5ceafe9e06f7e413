package io.warren.cli;

/** Arguments that cannot be understood: the message and the list of flags go to standard error, the process ends with {@link #EXIT_CODE}. */
public final class UsageException extends RuntimeException {
    public static final int EXIT_CODE = 2;

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message, null, false, false);
    }
}
