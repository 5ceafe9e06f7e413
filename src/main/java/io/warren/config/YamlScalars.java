package io.warren.config;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a plain scalar means to gost's YAML library: YAML 1.2 with the octal numbers of 1.1. {@code yes} and {@code on} are texts. */
final class YamlScalars {
    private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
            + "([Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})"
            + "| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\\.[0-9]+)?)?");

    private YamlScalars() {}

    /** A String, Long, Double, Boolean or null marker. A timestamp stays the text that it is. */
    static Object resolve(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> Scalar.Nothing.NULL;
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            case ".nan", ".NaN", ".NAN" -> Double.NaN;
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> Double.POSITIVE_INFINITY;
            case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
            default -> number(text).orElse(text);
        };
    }

    /** Whether {@code text}, written without quotes, would be read as something that is not a text. */
    static boolean isSpecial(String text) {
        return !(resolve(text) instanceof String) || isTimestamp(text) || text.equals("<<");
    }

    private static boolean isTimestamp(String text) {
        return text.length() >= 8
                && text.charAt(0) >= '0'
                && text.charAt(0) <= '9'
                && TIMESTAMP.matcher(text).matches();
    }

    private static Optional<Object> number(String text) {
        char first = text.charAt(0);
        if (first == '.') {
            return GoNumbers.parseFloat(text).map(d -> d);
        }
        if (!(first == '+' || first == '-' || (first >= '0' && first <= '9')) || isTimestamp(text)) {
            return Optional.empty();
        }
        String plain = text.replace("_", "");
        Optional<Object> integer = GoNumbers.parsePrefixed(plain).map(n -> n);
        return integer.isPresent() ? integer : GoNumbers.parseFloat(plain).map(d -> d);
    }
}
