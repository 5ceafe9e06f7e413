package io.warren.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Rows in columns, as wide as they need to be. */
final class Table {
    private static final int WIDEST = 60;

    private Table() {}

    static String of(List<JsonObject> rows, List<String> columns) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream()
                .map(column -> column.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT))
                .toList());
        for (JsonObject row : rows) {
            lines.add(columns.stream()
                    .map(column -> cell(column, row.getValue(column)))
                    .toList());
        }
        int[] widths = new int[columns.size()];
        lines.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder shown = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                shown.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            text.append(shown.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    static String cell(String column, Object value) {
        if (value == null) {
            return "-";
        }
        String text;
        if (value instanceof JsonArray array) {
            text = array.stream().map(Table::name).collect(Collectors.joining(","));
        } else if (value instanceof JsonObject object) {
            text = object.stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(" "));
        } else if (value instanceof Number number) {
            text = number(column, number.doubleValue());
        } else {
            text = String.valueOf(value);
        }
        String line = text.replaceAll("\\p{Cntrl}", "?");
        if (line.isEmpty()) {
            return "-";
        }
        return line.length() > WIDEST && !column.equals("message") && !column.equals("detail")
                ? line.substring(0, WIDEST - 1) + "…"
                : line;
    }

    private static String name(Object item) {
        if (item instanceof JsonObject object) {
            return String.valueOf(object.getValue("agent", object.getValue("member", object.encode())));
        }
        return String.valueOf(item);
    }

    private static String number(String column, double value) {
        if (column.endsWith("Bytes") || column.startsWith("heap")) {
            return bytes(value);
        }
        if (column.endsWith("Limit") || (column.endsWith("Rate") && !column.startsWith("new"))) {
            return bytes(value) + "/s";
        }
        if (column.equals("cpu")) {
            return Math.round(value * 100) + " %";
        }
        if (column.endsWith("S")) {
            return duration((long) value);
        }
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }

    static String bytes(double value) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double left = value;
        int unit = 0;
        while (left >= 1024 && unit < units.length - 1) {
            left /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", left, units[unit]);
    }

    private static String duration(long seconds) {
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 7200) {
            return seconds / 60 + "m";
        }
        return seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
