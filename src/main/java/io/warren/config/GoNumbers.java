package io.warren.config;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers and truth values as Go's {@code strconv} reads them. */
public final class GoNumbers {
    private static final Pattern DECIMAL_INTEGER = Pattern.compile("[+-]?[0-9]{1,19}");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    private GoNumbers() {}

    /** {@code 1 t T TRUE true True} and {@code 0 f F FALSE false False}. */
    public static Optional<Boolean> parseBool(String text) {
        return switch (text) {
            case "1", "t", "T", "TRUE", "true", "True" -> Optional.of(true);
            case "0", "f", "F", "FALSE", "false", "False" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Digits with a sign. */
    static Optional<Long> parseInt(String text) {
        return DECIMAL_INTEGER.matcher(text).matches()
                ? inRange(new BigInteger(unsigned(text)), text)
                : Optional.empty();
    }

    /** As {@link #parseInt}, and the prefixes {@code 0x}, {@code 0o}, {@code 0b} and {@code 0}. */
    static Optional<Long> parsePrefixed(String text) {
        String digits = unsigned(text);
        int radix = 10;
        String lower = digits.toLowerCase(java.util.Locale.ROOT);
        if (lower.startsWith("0x")) {
            radix = 16;
        } else if (lower.startsWith("0o")) {
            radix = 8;
        } else if (lower.startsWith("0b")) {
            radix = 2;
        }
        if (radix != 10) {
            digits = digits.substring(2);
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
            digits = digits.substring(1);
        }
        if (digits.isEmpty() || digits.length() > 64) {
            return Optional.empty();
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) > 'z' || Character.digit(digits.charAt(i), radix) < 0) {
                return Optional.empty();
            }
        }
        return inRange(new BigInteger(digits, radix), text);
    }

    /** A finite decimal number. */
    static Optional<Double> parseFloat(String text) {
        if (text.length() > 400 || !FLOAT.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(Double.valueOf(text)).filter(d -> !d.isInfinite());
    }

    private static String unsigned(String text) {
        return text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    }

    private static Optional<Long> inRange(BigInteger magnitude, String text) {
        BigInteger value = text.startsWith("-") ? magnitude.negate() : magnitude;
        return value.bitLength() < 64 ? Optional.of(value.longValue()) : Optional.empty();
    }
}
