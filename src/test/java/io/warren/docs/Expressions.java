package io.warren.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in expressions of Prometheus which metrics they ask for, and by which labels. */
final class Expressions {
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "inf", "nan", "by", "without", "on", "ignoring");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(\\{([^}]*)\\})?(\\s*\\()?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*(\"[^\"]*\")");

    /** A metric that an expression asks for. */
    record Asked(String metric, Set<String> labels) {}

    private Expressions() {}

    /** Every metric, with the labels that are matched. */
    static List<Asked> asked(String expression) {
        String bare = GROUPING.matcher(expression)
                .replaceAll(" ")
                .replaceAll("\\[[^\\]]*\\]", "")
                .replaceAll("offset\\s+\\w+", "");
        List<Asked> all = new ArrayList<>();
        Matcher found = SELECTOR.matcher(bare);
        while (found.find()) {
            if (found.group(4) == null && !WORDS.contains(found.group(1))) {
                Set<String> labels = new TreeSet<>();
                if (found.group(3) != null) {
                    Matcher matcher = MATCHER.matcher(found.group(3));
                    while (matcher.find()) {
                        labels.add(matcher.group(1));
                    }
                }
                all.add(new Asked(found.group(1), labels));
            }
        }
        return all;
    }

    /** The labels by which results are grouped or matched. */
    static Set<String> groups(String expression) {
        Set<String> labels = new TreeSet<>();
        Matcher found = GROUPING.matcher(expression);
        while (found.find()) {
            for (String label : found.group(2).split(",", -1)) {
                if (!label.isBlank()) {
                    labels.add(label.trim());
                }
            }
        }
        return labels;
    }

    /** The labels of each metric of an exposition. */
    static Map<String, Set<String>> exposed(String text) {
        Map<String, Set<String>> all = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String name = line.split("[{ ]", 2)[0];
            Set<String> labels = all.computeIfAbsent(name, n -> new TreeSet<>());
            Matcher matcher = MATCHER.matcher(line.substring(name.length()));
            while (matcher.find()) {
                labels.add(matcher.group(1));
            }
        });
        return all;
    }
}
