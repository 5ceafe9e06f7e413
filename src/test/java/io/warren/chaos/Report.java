package io.warren.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table: what was injected, what was promised, what was measured. */
final class Report {
    private static final Path FILE = Path.of("target", "chaos.md");

    private record Row(String injection, String promise, String budget, String measured, String verdict) {}

    private final List<Row> rows = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();

    /** A time that must not be longer; up to half and two seconds more is a busy machine's, and said to be late. */
    void within(String injection, String promise, Duration budget, Duration measured) {
        boolean kept = measured.compareTo(budget) <= 0;
        boolean tolerable = measured.compareTo(budget.plus(budget.dividedBy(2)).plusSeconds(2)) <= 0;
        add(injection, promise, "<= " + text(budget), text(measured), kept ? "kept" : tolerable ? "late" : "BROKEN");
    }

    /** A number that must not be larger. */
    void atMost(String injection, String promise, long budget, long measured) {
        String verdict = measured <= budget ? "kept" : "BROKEN";
        add(injection, promise, budget == 0 ? "0" : "<= " + budget, String.valueOf(measured), verdict);
    }

    /** Things that must not happen at all. */
    void none(String injection, String promise, long happened, long all) {
        add(injection, promise, "0", happened + " of " + all, happened == 0 ? "kept" : "BROKEN");
    }

    void holds(String injection, String promise, boolean held, String measured) {
        add(injection, promise, "", measured, held ? "kept" : "BROKEN");
    }

    /** A figure that depends on the machine, against what is promised for a quiet one. */
    void printed(String injection, String what, String budget, String measured) {
        add(injection, what, budget, measured, "printed");
    }

    void skipped(String injection, String why) {
        add(injection, "", "", why, "SKIPPED");
    }

    static String text(Duration time) {
        return String.format(Locale.ROOT, time.toMillis() < 1000 ? "%.3f s" : "%.1f s", time.toNanos() / 1e9);
    }

    private void add(String injection, String promise, String budget, String measured, String verdict) {
        Row row = new Row(injection, promise, budget, measured, verdict);
        rows.add(row);
        System.out.println(line(row));
        if (verdict.equals("BROKEN")) {
            broken.add(line(row));
        }
    }

    private static String line(Row row) {
        return "| " + row.injection + " | " + row.promise + " | " + row.budget + " | " + row.measured + " | "
                + row.verdict + " |";
    }

    /** Fails when a promise was broken since the last time. */
    void check() {
        List<String> now = List.copyOf(broken);
        broken.clear();
        assertThat(now).as("broken promises").isEmpty();
    }

    /** Fails when a promise is not in the table of the page. */
    void isIn(Path page) throws IOException {
        String text = Files.readString(page);
        assertThat(rows.stream()
                        .filter(row -> row.verdict.equals("kept") || row.verdict.equals("late"))
                        .map(row -> "| " + row.injection + " | " + row.promise + " | " + row.budget + " |")
                        .filter(row -> !text.contains(row)))
                .as("promises that " + page + " does not have")
                .isEmpty();
    }

    void write() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("| injection | promise | budget | measured | verdict |");
        lines.add("|---|---|---|---|---|");
        rows.forEach(row -> lines.add(line(row)));
        Files.createDirectories(FILE.getParent());
        Files.write(FILE, lines);
    }
}
