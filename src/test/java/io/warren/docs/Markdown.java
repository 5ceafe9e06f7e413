package io.warren.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page: its sections, each from its heading to the next one of any level. */
record Markdown(List<Section> sections) {
    private static final Pattern LINK = Pattern.compile("]\\(#([^)]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** @param language after the opening fence; empty when there is none */
    record Block(String language, String text, int line) {}

    /** A row of a table of keys. */
    record Row(String key, List<String> aliases, String type) {
        Set<String> names() {
            Set<String> names = new LinkedHashSet<>(aliases);
            names.add(key);
            return names;
        }
    }

    /** @param prose all lines outside of blocks and tables */
    record Section(String heading, String anchor, List<String> prose, List<List<String>> tables, List<Block> blocks) {
        /** Anchors of sections that the prose refers to. */
        Set<String> links() {
            return links(prose.stream());
        }

        Set<String> allLinks() {
            return links(java.util.stream.Stream.concat(
                    prose.stream(), tables.stream().flatMap(List::stream)));
        }

        private static Set<String> links(java.util.stream.Stream<String> lines) {
            return lines.flatMap(line -> LINK.matcher(line).results())
                    .map(m -> m.group(1))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }

        /** The rows of tables that begin with key and aliases. */
        List<Row> rows() {
            return tables.stream()
                    .filter(table -> table.get(0).startsWith("| key | aliases | type | default |"))
                    .flatMap(table -> table.stream().skip(2))
                    .map(Markdown::row)
                    .toList();
        }
    }

    static Markdown read(Path file) {
        try {
            return parse(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Markdown parse(List<String> lines) {
        List<Section> sections = new ArrayList<>();
        Set<String> anchors = new HashSet<>();
        Section section = section("", "");
        List<String> table = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.startsWith("|") && !table.isEmpty()) {
                section.tables().add(List.copyOf(table));
                table.clear();
            }
            if (line.startsWith("```")) {
                int from = i + 1;
                do {
                    i++;
                } while (!lines.get(i).equals("```"));
                section.blocks()
                        .add(new Block(line.substring(3), String.join("\n", lines.subList(from, i)) + "\n", from + 1));
            } else if (line.startsWith("#")) {
                sections.add(section);
                String heading = line.replaceFirst("#+ ", "");
                section = section(heading, unique(anchors, heading));
            } else if (line.startsWith("|")) {
                table.add(line);
            } else {
                section.prose().add(line);
            }
        }
        sections.add(section);
        if (!table.isEmpty()) {
            section.tables().add(table);
        }
        return new Markdown(sections);
    }

    private static Section section(String heading, String anchor) {
        return new Section(heading, anchor, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    private static String unique(Set<String> anchors, String heading) {
        String anchor =
                heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
        for (int i = 1; !anchors.add(anchor); i++) {
            anchor = anchor.replaceFirst("(-\\d+)?$", "-" + i);
        }
        return anchor;
    }

    private static Row row(String line) {
        List<String> cells =
                Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        return new Row(code(cells.get(1)).get(0), code(cells.get(2)), cells.get(3));
    }

    private static List<String> code(String cell) {
        Matcher m = CODE.matcher(cell);
        return m.results().map(r -> r.group(1)).toList();
    }

    List<Block> blocks() {
        return sections.stream().flatMap(s -> s.blocks().stream()).toList();
    }

    /** The one section with that heading. */
    Section section(String heading) {
        List<Section> found =
                sections.stream().filter(s -> s.heading().equals(heading)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " sections \"" + heading + "\" (expected: 1)");
        }
        return found.get(0);
    }

    /** A section and all that its prose refers to, and so on. */
    Set<Section> withLinked(Section from) {
        Set<Section> all = new LinkedHashSet<>(List.of(from));
        List<Section> open = new ArrayList<>(all);
        while (!open.isEmpty()) {
            Set<String> links = open.remove(0).links();
            sections.stream()
                    .filter(s -> links.contains(s.anchor()))
                    .filter(all::add)
                    .forEach(open::add);
        }
        return all;
    }
}
