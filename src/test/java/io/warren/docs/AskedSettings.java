package io.warren.docs;

import io.warren.spi.Secret;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Settings that have nothing of their own, and note what is asked for. Every section is there, every list has one entry; a {@code name} is something, so
 * that named objects are read.
 */
final class AskedSettings implements Settings {
    /** A key that was asked for; {@code path} is that of its section, without the numbers of lists. */
    record Asked(String path, String key, List<String> aliases, String type) {
        /** Section and key of a component's own: {@code metadata.ttl} is {@code ttl}. */
        String name() {
            String section = path.replaceFirst("^(tls\\.)?metadata\\b\\.?", "");
            return section.isEmpty() ? key : section + "." + key;
        }
    }

    private final String path;
    private final Set<Asked> asked;
    private final boolean flags;

    private AskedSettings(String path, Set<Asked> asked, boolean flags) {
        this.path = path;
        this.asked = asked;
        this.flags = flags;
    }

    /** @param flags what every flag is, so that with both values all branches are seen */
    static AskedSettings root(Set<Asked> asked, boolean flags) {
        return new AskedSettings("", asked, flags);
    }

    static Set<Asked> none() {
        return new LinkedHashSet<>();
    }

    private <T> T note(T answer, String type, String key, String... aliases) {
        asked.add(new Asked(path, key, List.copyOf(Arrays.asList(aliases)), type));
        return answer;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean has(String key) {
        return true;
    }

    @Override
    public String text(String fallback, String key, String... aliases) {
        return note(isNeeded(key) ? "some" : fallback, "text", key, aliases);
    }

    /** Objects without a name and logins without a user are not read any further. */
    private boolean isNeeded(String key) {
        return (key.equals("name") && !path.startsWith("services")) || key.equals("username");
    }

    @Override
    public int integer(int fallback, int min, int max, String key, String... aliases) {
        return note(fallback, "number", key, aliases);
    }

    @Override
    public boolean flag(boolean fallback, String key, String... aliases) {
        return note(flags, "flag", key, aliases);
    }

    @Override
    public Duration duration(Duration fallback, String key, String... aliases) {
        return note(fallback, "duration", key, aliases);
    }

    @Override
    public Secret secret(String key, String... aliases) {
        return note(Secret.of(""), "text", key, aliases);
    }

    @Override
    public List<String> texts(String key, String... aliases) {
        return note(List.of(), "texts", key, aliases);
    }

    @Override
    public Map<String, String> map(String key, String... aliases) {
        return note(Map.of(), "map", key, aliases);
    }

    @Override
    public <E extends Enum<E>> E oneOf(E fallback, Class<E> type, String key, String... aliases) {
        return note(fallback, "text", key, aliases);
    }

    @Override
    public Settings section(String key) {
        return new AskedSettings(
                Stream.of(path, key).filter(p -> !p.isEmpty()).reduce("", AskedSettings::join), asked, flags);
    }

    private static String join(String a, String b) {
        return a.isEmpty() ? b : a + "." + b;
    }

    @Override
    public boolean present() {
        // Or else the log of this JVM would become what nobody has configured.
        return !path.equals("log");
    }

    @Override
    public List<Settings> list(String key) {
        return List.of(section(key));
    }

    @Override
    public Settings root() {
        return new AskedSettings("root", asked, flags);
    }

    @Override
    public void problem(String key, String message) {}

    @Override
    public void warning(String key, String message) {}

    @Override
    public String fingerprint() {
        return "";
    }
}
