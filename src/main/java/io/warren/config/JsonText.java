package io.warren.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** JSON as Go's encoder prints it, indented by two: {@code & < >} escaped. */
final class JsonText {
    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    static String of(Map<String, Object> value) {
        JsonText json = new JsonText();
        json.value(value, "\n");
        return json.out.append('\n').toString();
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> map) {
            group('{', '}', map.entrySet(), line, entry -> {
                string(String.valueOf(((Map.Entry<?, ?>) entry).getKey()));
                out.append(": ");
                value(((Map.Entry<?, ?>) entry).getValue(), line + "  ");
            });
        } else if (value instanceof List<?> list) {
            group('[', ']', list, line, item -> value(item, line + "  "));
        } else if (value instanceof String s) {
            string(s);
        } else if (value instanceof Duration d) {
            out.append(d.toNanos());
        } else if (value instanceof Double d) {
            out.append(Double.isNaN(d) || Double.isInfinite(d) ? "null" : GoFloats.json(d));
        } else if (value == Scalar.Nothing.NULL) {
            out.append("null");
        } else {
            out.append(value);
        }
    }

    private void group(
            char open, char close, Iterable<?> items, String line, java.util.function.Consumer<Object> print) {
        out.append(open);
        boolean first = true;
        for (Object item : items) {
            out.append(first ? "" : ",").append(line).append("  ");
            print.accept(item);
            first = false;
        }
        out.append(first ? "" : line).append(close);
    }

    private void string(String text) {
        out.append('"');
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    boolean escaped = c < ' ' || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029;
                    out.append(escaped ? String.format(Locale.ROOT, "\\u%04x", c) : Character.toString(c));
                }
            }
        });
        out.append('"');
    }
}
