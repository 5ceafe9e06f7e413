package io.warren.cli;

import java.util.List;

/** Two texts as lines that stay, go and come. */
final class Difference {
    private static final int CONTEXT = 2;

    private Difference() {}

    /** What has changed, with two lines around it; nothing for equal texts. */
    static String of(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> fresh = after.lines().toList();
        int[][] common = new int[old.size() + 1][fresh.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = fresh.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(fresh.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> lines = new java.util.ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < fresh.size()) {
            if (i < old.size() && j < fresh.size() && old.get(i).equals(fresh.get(j))) {
                lines.add("  " + old.get(i++));
                j++;
            } else if (i < old.size() && (j == fresh.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + old.get(i++));
            } else {
                lines.add("+ " + fresh.get(j++));
            }
        }
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < lines.size(); k++) {
            if (isNearChange(lines, k)) {
                text.append(lines.get(k)).append('\n');
            }
        }
        return text.toString();
    }

    private static boolean isNearChange(List<String> lines, int at) {
        return lines.subList(Math.max(0, at - CONTEXT), Math.min(lines.size(), at + CONTEXT + 1)).stream()
                .anyMatch(line -> !line.startsWith("  "));
    }
}
