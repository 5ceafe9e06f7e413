package io.warren.config;

import java.math.BigDecimal;

/**
 * A single value.
 *
 * @param value a String, Long, Double or Boolean, or {@link Nothing#NULL}
 */
public record Scalar(Position position, Object value) implements Node {
    /** The value that says nothing. */
    public enum Nothing {
        NULL
    }

    public Scalar {
        if (!(value instanceof String
                || value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof Nothing)) {
            throw new IllegalArgumentException("a scalar of " + value.getClass());
        }
    }

    @Override
    public boolean isNull() {
        return value == Nothing.NULL;
    }

    /** The value as text: {@code 1400}, {@code 0.5}, {@code true}; empty for null. */
    public String text() {
        if (value instanceof Double d) {
            return Double.isInfinite(d) || Double.isNaN(d)
                    ? d.toString()
                    : new BigDecimal(d.toString()).stripTrailingZeros().toPlainString();
        }
        return isNull() ? "" : value.toString();
    }

    @Override
    public String shown() {
        return value instanceof String s ? '"' + shorten(s) + '"' : isNull() ? "nothing" : text();
    }

    private static String shorten(String s) {
        String line = s.replace("\n", "\\n");
        return line.length() <= 80 ? line : line.substring(0, 77) + "...";
    }
}
