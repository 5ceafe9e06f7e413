package io.warren.route;

/** A rule that says nothing we understand; the message names the position, from 1, where it stops to make sense. */
public final class RuleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RuleException(int index, String message) {
        super("rule, character " + (index + 1) + ": " + message, null, false, false);
    }
}
