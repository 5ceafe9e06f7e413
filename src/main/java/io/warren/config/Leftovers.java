package io.warren.config;

import io.warren.config.Problem.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reports the keys that nobody asked for: those that gost does not know, and those that this version does not support. */
final class Leftovers {
    private final Ledger ledger;
    private final Set<Position> reported = new HashSet<>();
    private final Set<String> broken = new HashSet<>();

    Leftovers(Ledger ledger) {
        this.ledger = ledger;
        ledger.problems().all().stream()
                .filter(p -> p.severity() == Severity.ERROR && p.path().endsWith(".type"))
                .map(p -> parent(p.path()))
                // Who finds no listener may not go on to read the rest of the service.
                .forEach(section -> broken.addAll(List.of(section, parent(section))));
        broken.remove("");
    }

    void report(Mapping tree) {
        section(Schema.ROOT, "", tree, true);
    }

    /** @param read whether the section itself was asked for: when not, its missing support is reported above it already */
    private void section(String section, String path, Mapping mapping, boolean read) {
        for (Mapping.Entry entry : mapping.entries()) {
            if (entry.value().isNull()) {
                continue;
            }
            String at = TreeSettings.join(path, entry.written());
            Optional<Schema.Field> field = Schema.field(section, entry.key());
            boolean asked = wasAsked(path, entry);
            if (field.isEmpty()) {
                if (!asked) {
                    unknown(at, entry, known(section, path));
                }
                continue;
            }
            known(section, at, entry, field.get(), asked, read);
        }
    }

    private void known(
            String section, String at, Mapping.Entry entry, Schema.Field field, boolean asked, boolean read) {
        if (field.type() == Schema.Type.FREE) {
            if (read && entry.value() instanceof Mapping m && !isBroken(parent(at))) {
                metadata(section, at, m);
            }
            return;
        }
        if (field.type() == Schema.Type.STATUS) {
            return;
        }
        boolean protection = UnsupportedKeys.isProtection(section, field.name());
        if (!asked && (read || protection) && !isBroken(parent(at)) && reported.add(entry.position())) {
            Severity severity = protection ? Severity.ERROR : Severity.WARNING;
            ledger.problems().add(new Problem(entry.position(), at, "not supported by this version", severity));
        }
        boolean list = field.type() == Schema.Type.LIST || field.type() == Schema.Type.CHAINS;
        field.section().ifPresent(inner -> {
            if (list) {
                items(inner, at, entry.value(), read && asked);
            } else if (entry.value() instanceof Mapping m) {
                section(inner, at, m, read && asked);
            }
        });
    }

    private void items(String section, String path, Node value, boolean read) {
        List<Node> items = Names.items(Optional.of(value));
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping m) {
                section(section, path + "[" + i + "]", m, read);
            }
        }
    }

    private boolean isBroken(String section) {
        return broken.stream().anyMatch(b -> section.equals(b) || section.startsWith(b + "."));
    }

    private void metadata(String section, String path, Mapping mapping) {
        for (Mapping.Entry entry : mapping.entries()) {
            if (entry.value().isNull() || wasAsked(path, entry)) {
                continue;
            }
            boolean commandLine = entry.position().line() == 0;
            String at = TreeSettings.join(path, entry.written());
            if (MetadataKeys.knows(section, commandLine, entry.key())) {
                if (reported.add(entry.position())) {
                    ledger.problems().warning(entry.position(), at, "not supported by this version");
                }
            } else {
                Set<String> known = new TreeSet<>(MetadataKeys.of(section, commandLine));
                known.addAll(ledger.names(path));
                unknown(at, entry, known);
            }
        }
    }

    private void unknown(String at, Mapping.Entry entry, Set<String> known) {
        if (reported.add(entry.position())) {
            ledger.problems()
                    .warning(
                            entry.position(),
                            at,
                            "unknown key \"" + entry.written() + "\"" + Suggestion.of(entry.written(), known));
        }
    }

    private Set<String> known(String section, String path) {
        Set<String> known = new TreeSet<>(ledger.names(path));
        List<Schema.Field> fields = Schema.fields(section);
        fields.forEach(f -> known.add(f.name()));
        return known;
    }

    private boolean wasAsked(String path, Mapping.Entry entry) {
        return ledger.wasAsked(entry.position()) || ledger.wasAsked(path, entry.key());
    }

    private static String parent(String path) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }
}
