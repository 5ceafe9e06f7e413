package io.warren.cli;

/** A configuration that is right, and cannot be started all the same: a port in use, a cluster that cannot be joined. */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(Throwable cause) {
        super(cause.getMessage(), cause, false, false);
    }
}
