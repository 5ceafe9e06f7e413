package io.warren.boot;

import io.warren.spi.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of one kind by name, for references to be looked up in. */
final class Named {
    private final String kind;
    private final Map<String, Settings> sections = new LinkedHashMap<>();

    private Named(String kind) {
        this.kind = kind;
    }

    static Named of(Settings root, String list, String kind) {
        Named named = new Named(kind);
        List<Settings> all = root.list(list);
        for (Settings section : all) {
            String name = section.text("", "name");
            if (name.isEmpty()) {
                section.warning("name", "a " + kind + " without a name is used by nobody");
            } else if (named.sections.putIfAbsent(name, section) != null) {
                section.problem("name", "another " + kind + " is named \"" + name + "\" already");
            }
        }
        return named;
    }

    /** The section named {@code name}; a missing one is reported at {@code key} of {@code from}. */
    Optional<Settings> find(Settings from, String key, String name) {
        Settings section = sections.get(name);
        if (section == null) {
            from.dangling(key, kind, name, sections.keySet());
        }
        return Optional.ofNullable(section);
    }

    Map<String, Settings> all() {
        return sections;
    }
}
