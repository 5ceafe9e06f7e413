package io.warren.cli;

import java.util.ArrayList;
import java.util.List;

/** The multi-process mode: groups of arguments with {@code --} between them. */
final class Children {
    private static final String SEPARATOR = "--";

    private Children() {}

    /** The groups; none unless a separator has a word on each side. */
    static List<List<String>> of(List<String> arguments) {
        int last = arguments.size() - 1;
        if (last < 2 || !arguments.subList(1, last).contains(SEPARATOR)) {
            return List.of();
        }
        List<List<String>> groups = new ArrayList<>();
        List<String> group = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(SEPARATOR)) {
                groups.add(List.copyOf(group));
                group.clear();
            } else {
                group.add(argument);
            }
        }
        groups.add(List.copyOf(group));
        return groups.stream().filter(g -> !g.isEmpty()).toList();
    }
}
