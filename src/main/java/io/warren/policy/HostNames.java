package io.warren.policy;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Host names as policies compare them: in any case, with or without the root's dot; and tables by name, where {@code .example.com} stands for a domain. */
public final class HostNames {
    private HostNames() {}

    /** @return in lower case, without a dot at the end unless it is all there is */
    public static String normal(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.length() > 1 && lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** @return the entry of the host itself, else that of the smallest domain with a leading dot that contains it or is it */
    public static <T> Optional<T> find(Map<String, T> table, String host) {
        if (table.isEmpty() || host.isEmpty()) {
            return Optional.empty();
        }
        String name = normal(host);
        T found = table.get(name);
        if (found == null) {
            found = table.get("." + name);
        }
        for (int dot = name.indexOf('.'); found == null && dot >= 0; dot = name.indexOf('.', dot + 1)) {
            found = table.get(name.substring(dot));
        }
        return Optional.ofNullable(found);
    }
}
