package io.warren.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** YAML as gost prints it: indented by two, lists under their key too, quotes only where a reader would take the text for something else. */
final class YamlText {
    private static final Pattern BASE_60 = Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?");
    private static final List<String> OLD_BOOLEANS =
            List.of("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF");
    private static final String FIRST_INDICATORS = "#,[]{}&*!|>'\"%@`";

    private final StringBuilder out = new StringBuilder();

    private YamlText() {}

    static String of(Map<String, Object> value) {
        YamlText yaml = new YamlText();
        yaml.map(value, 0);
        return yaml.out.toString();
    }

    private void map(Map<?, ?> map, int indent) {
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(first ? "" : " ".repeat(indent))
                    .append(string(String.valueOf(entry.getKey()), true, 0))
                    .append(':');
            value(entry.getValue(), indent);
            first = false;
        }
    }

    /** What follows a key or a dash, with its line end. */
    private void value(Object value, int indent) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            out.append('\n').append(" ".repeat(indent + 2));
            map(map, indent + 2);
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            out.append('\n').append(" ".repeat(indent + 2));
            items(list, indent + 2);
        } else {
            out.append(' ').append(scalar(value, indent)).append('\n');
        }
    }

    private void items(List<?> list, int indent) {
        boolean first = true;
        for (Object item : list) {
            out.append(first ? "" : " ".repeat(indent)).append("- ");
            first = false;
            if (item instanceof Map<?, ?> map && !map.isEmpty()) {
                map(map, indent + 2);
            } else if (item instanceof List<?> inner && !inner.isEmpty()) {
                items(inner, indent + 2);
            } else {
                out.append(scalar(item, indent)).append('\n');
            }
        }
    }

    private static String scalar(Object value, int indent) {
        if (value instanceof Map) {
            return "{}";
        }
        if (value instanceof List) {
            return "[]";
        }
        if (value instanceof String s) {
            return string(s, false, indent + 2);
        }
        if (value instanceof Duration d) {
            return GoDuration.format(d);
        }
        if (value instanceof Double d) {
            return GoFloats.yaml(d);
        }
        return value == Scalar.Nothing.NULL ? "null" : String.valueOf(value);
    }

    private static String string(String s, boolean key, int indent) {
        Shape shape = new Shape(s);
        if (s.contains("\n")) {
            return key || !shape.blockAllowed() ? doubleQuoted(s) : literal(s, indent);
        }
        boolean plain = !YamlScalars.isSpecial(s) && !BASE_60.matcher(s).matches() && !OLD_BOOLEANS.contains(s);
        if (!plain) {
            return doubleQuoted(s);
        }
        if (shape.plainAllowed()) {
            return s;
        }
        return shape.singleAllowed() ? "'" + s.replace("'", "''") + "'" : doubleQuoted(s);
    }

    /** What a text allows, by the characters in it. */
    private static final class Shape {
        private boolean indicators;
        private boolean special;
        private boolean tabs;
        private boolean breaks;
        private boolean spaceBreak;
        private boolean breakSpace;
        private final boolean edges;
        private final boolean trailingSpace;

        Shape(String s) {
            int[] c = s.codePoints().toArray();
            indicators = s.startsWith("---") || s.startsWith("...");
            edges = c.length > 0 && (isEdge(c[0]) || isEdge(c[c.length - 1]));
            trailingSpace = c.length > 0 && c[c.length - 1] == ' ';
            for (int i = 0; i < c.length; i++) {
                boolean beforeBlank = i + 1 >= c.length || c[i + 1] == ' ' || c[i + 1] == '\t';
                boolean afterBlank = i == 0 || c[i - 1] == ' ' || c[i - 1] == '\t' || isBreak(c[i - 1]);
                indicators |= indicator(c[i], i == 0, beforeBlank, afterBlank);
                tabs |= c[i] == '\t';
                special |= c[i] != '\t' && !isPrintable(c[i]);
                breaks |= isBreak(c[i]);
                spaceBreak |= i > 0 && isBreak(c[i]) && c[i - 1] == ' ';
                breakSpace |= i > 0 && c[i] == ' ' && isBreak(c[i - 1]);
            }
        }

        private static boolean indicator(int c, boolean first, boolean beforeBlank, boolean afterBlank) {
            if (first) {
                return FIRST_INDICATORS.indexOf(c) >= 0 || ((c == '?' || c == ':' || c == '-') && beforeBlank);
            }
            return (c == ':' && beforeBlank) || (c == '#' && afterBlank);
        }

        boolean plainAllowed() {
            return !(edges || breakSpace || spaceBreak || tabs || special || breaks || indicators);
        }

        boolean singleAllowed() {
            return !(breakSpace || spaceBreak || tabs || special);
        }

        boolean blockAllowed() {
            return !(trailingSpace || spaceBreak || special);
        }
    }

    private static boolean isEdge(int c) {
        return c == ' ' || isBreak(c);
    }

    private static boolean isBreak(int c) {
        return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    private static boolean isPrintable(int c) {
        return c == '\n'
                || (c >= 0x20 && c <= 0x7e)
                || (c >= 0xa0 && c < 0xd800)
                || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff);
    }

    private static String literal(String s, int indent) {
        StringBuilder text = new StringBuilder("|");
        if (isEdge(s.charAt(0))) {
            text.append('2');
        }
        if (!s.endsWith("\n")) {
            text.append('-');
        } else if (s.length() == 1 || s.endsWith("\n\n")) {
            text.append('+');
        }
        String body = s.endsWith("\n") ? s.substring(0, s.length() - 1) : s;
        for (String line : body.split("\n", -1)) {
            text.append('\n').append(line.isEmpty() ? "" : " ".repeat(indent)).append(line);
        }
        return text.toString();
    }

    private static String doubleQuoted(String s) {
        StringBuilder text = new StringBuilder("\"");
        s.codePoints().forEach(c -> {
            switch (c) {
                case 0 -> text.append("\\0");
                case 7 -> text.append("\\a");
                case '\b' -> text.append("\\b");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case 0x0b -> text.append("\\v");
                case '\f' -> text.append("\\f");
                case '\r' -> text.append("\\r");
                case 0x1b -> text.append("\\e");
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case 0x85 -> text.append("\\N");
                case 0x2028 -> text.append("\\L");
                case 0x2029 -> text.append("\\P");
                default -> text.append(isPrintable(c) ? Character.toString(c) : escaped(c));
            }
        });
        return text.append('"').toString();
    }

    private static String escaped(int c) {
        return c <= 0xff
                ? String.format(Locale.ROOT, "\\x%02X", c)
                : c <= 0xffff ? String.format(Locale.ROOT, "\\u%04X", c) : String.format(Locale.ROOT, "\\U%08X", c);
    }
}
