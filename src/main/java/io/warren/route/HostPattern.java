package io.warren.route;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that is searched in host names. Java's engine can take exponential time where gost's takes linear time, and clients choose the
 * names: a search that looks at too many characters is given up, and does not match.
 */
final class HostPattern {
    private static final int LONGEST_NAME = 1024;
    private static final int MAX_STEPS = 100_000;

    private final Pattern pattern;

    private HostPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws PatternSyntaxException when it is no expression */
    static HostPattern compile(String expression) {
        // RE2 writes a named group in Python's way.
        return new HostPattern(Pattern.compile(expression.replace("(?P<", "(?<")));
    }

    boolean foundIn(String host) {
        try {
            return host.length() <= LONGEST_NAME
                    && pattern.matcher(new Metered(host, new AtomicInteger(MAX_STEPS)))
                            .find();
        } catch (OutOfSteps e) {
            return false;
        }
    }

    private static final class OutOfSteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfSteps() {
            super("a search of " + MAX_STEPS + " steps", null, false, false);
        }
    }

    private record Metered(CharSequence text, AtomicInteger left) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (left.decrementAndGet() < 0) {
                throw new OutOfSteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Metered(text.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
