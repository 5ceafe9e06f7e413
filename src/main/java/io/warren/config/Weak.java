package io.warren.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The weak typing of gost: a scalar as the type that somebody wants. In {@code metadata} its getters count, elsewhere its decoder. Integral numbers
 * that JSON made floating are integers here, which gost does not see.
 */
final class Weak {
    static final String DURATION = "a duration such as 15s";

    private static final double EXACT = 9e15;

    private Weak() {}

    static Optional<String> text(Scalar scalar, boolean metadata) {
        if (!metadata && scalar.value() instanceof Boolean b) {
            return Optional.of(b ? "1" : "0");
        }
        return Optional.of(scalar.text());
    }

    static Optional<Long> integer(Scalar scalar, boolean metadata) {
        Object value = scalar.value();
        if (value instanceof Long n) {
            return Optional.of(n);
        }
        if (value instanceof Boolean b) {
            return Optional.of(b ? 1L : 0L);
        }
        if (value instanceof Double d) {
            return integral(d);
        }
        return metadata ? GoNumbers.parseInt(scalar.text()) : GoNumbers.parsePrefixed(scalar.text());
    }

    static Optional<Boolean> flag(Scalar scalar, boolean metadata) {
        Object value = scalar.value();
        if (value instanceof Boolean b) {
            return Optional.of(b);
        }
        if (value instanceof Long n) {
            return Optional.of(n != 0);
        }
        if (value instanceof Double d) {
            return metadata ? integral(d).map(n -> n != 0) : Optional.of(d != 0);
        }
        return GoNumbers.parseBool(scalar.text());
    }

    static Optional<Duration> duration(Scalar scalar, boolean metadata) {
        Object value = scalar.value();
        Optional<Long> number = value instanceof Long n
                ? Optional.of(n)
                : value instanceof Double d
                        ? integral(d)
                        : metadata && value instanceof String s ? GoNumbers.parseInt(s) : Optional.empty();
        if (number.isPresent()) {
            long n = number.get();
            // Go counts nanoseconds in 64 bits.
            boolean fits = !metadata || Math.abs(n) <= Long.MAX_VALUE / 1_000_000_000L;
            return fits ? Optional.of(metadata ? Duration.ofSeconds(n) : Duration.ofNanos(n)) : Optional.empty();
        }
        return value instanceof String s ? GoDuration.parse(s) : Optional.empty();
    }

    private static Optional<Long> integral(double d) {
        return d == Math.rint(d) && Math.abs(d) < EXACT ? Optional.of((long) d) : Optional.empty();
    }
}
