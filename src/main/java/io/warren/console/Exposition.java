package io.warren.console;

import io.warren.net.Histogram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the text format of Prometheus, version 0.0.4: families by name, a family's samples one after the other. */
final class Exposition {
    private static final double EXACT = 1e15;

    private final Map<String, StringBuilder> families = new TreeMap<>();

    /** Label names with their values, in the order in which they are written. */
    static Map<String, String> labels(String... pairs) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i], pairs[i + 1]);
        }
        return labels;
    }

    void gauge(String name, String help, Map<String, String> labels, Number value) {
        sample(family(name, "gauge", help), name, labels, value);
    }

    void counter(String name, String help, Map<String, String> labels, Number value) {
        sample(family(name, "counter", help), name, labels, value);
    }

    void histogram(String name, String help, Map<String, String> labels, Histogram values) {
        StringBuilder family = family(name, "histogram", help);
        // Once: between two looks more may have come.
        List<Long> counts = values.cumulative();
        List<Double> bounds = values.bounds();
        long all = counts.get(bounds.size());
        for (int i = 0; i <= bounds.size(); i++) {
            Map<String, String> bucket = new LinkedHashMap<>(labels);
            bucket.put("le", i == bounds.size() ? "+Inf" : number(bounds.get(i)));
            sample(family, name + "_bucket", bucket, counts.get(i));
        }
        sample(family, name + "_sum", labels, values.seconds());
        sample(family, name + "_count", labels, all);
    }

    private StringBuilder family(String name, String type, String help) {
        return families.computeIfAbsent(
                name,
                n -> new StringBuilder("# HELP ")
                        .append(n)
                        .append(' ')
                        .append(help)
                        .append("\n# TYPE ")
                        .append(n)
                        .append(' ')
                        .append(type)
                        .append('\n'));
    }

    private void sample(StringBuilder out, String name, Map<String, String> labels, Number value) {
        out.append(name);
        char separator = '{';
        for (Map.Entry<String, String> label : labels.entrySet()) {
            out.append(separator).append(label.getKey()).append("=\"");
            escape(out, label.getValue());
            out.append('"');
            separator = ',';
        }
        out.append(separator == ',' ? "} " : " ").append(number(value)).append('\n');
    }

    private static void escape(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
    }

    private static String number(Number number) {
        if (number instanceof Long || number instanceof Integer) {
            return number.toString();
        }
        double value = number.doubleValue();
        if (Double.isInfinite(value) || Double.isNaN(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < EXACT
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder();
        families.values().forEach(all::append);
        return all.toString();
    }
}
