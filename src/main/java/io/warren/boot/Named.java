package io.warren.boot;

import io.warren.spi.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of one kind by name, for references to be looked up in. */
final class Named {
    private final Map<String, Settings> sections = new LinkedHashMap<>();

    private Named() {}

    static Named of(Settings root, String list) {
        Named named = new Named();
        List<Settings> all = root.list(list);
        for (Settings section : all) {
            String name = section.text("", "name");
            if (!name.isEmpty()) {
                named.sections.putIfAbsent(name, section);
            }
        }
        return named;
    }

    /** The section of that name; a dangling reference has been reported by the configuration itself. */
    Optional<Settings> find(String name) {
        return Optional.ofNullable(sections.get(name));
    }

    Map<String, Settings> all() {
        return sections;
    }
}
