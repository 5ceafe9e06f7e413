package io.warren.config;

import io.vertx.core.json.JsonObject;
import io.warren.spi.Renewed;
import io.warren.spi.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One configuration, all sources merged: settings to read, and the problems that reading finds. Whoever has read what it needs calls {@link #finish},
 * then {@link Problems#throwIfErrors}. Any thread.
 */
public final class Configuration {
    private final Mapping written;
    private final Mapping tree;
    private final Ledger ledger = new Ledger();
    private final List<Path> files;
    private final Names names;
    private final boolean lenient;

    Configuration(Mapping tree, boolean lenient, List<Path> files) {
        this.written = tree;
        this.tree = ServiceNames.fill(tree);
        this.files = List.copyOf(files);
        this.lenient = lenient;
        this.names = new Names(this.tree, ledger.problems(), lenient);
        names.check();
    }

    /** The top level: {@code services}, {@code chains}, {@code log}… */
    public Settings root() {
        return TreeSettings.root(ledger, tree);
    }

    /** Who reads it asks these for what counts in the place of a certificate's file. */
    public void renewed(Renewed by) {
        ledger.renewed(by);
    }

    public Problems problems() {
        return ledger.problems();
    }

    /** The files that it was read from. */
    public List<Path> files() {
        return files;
    }

    /** The last file of {@code -C}: what the API saves to. */
    public Optional<Path> saveTarget() {
        return files.isEmpty() ? Optional.empty() : Optional.of(files.get(files.size() - 1));
    }

    /** The names of a list of objects, {@code "authers"}, in order. */
    public Set<String> names(String kind) {
        return names.known(kind);
    }

    /**
     * Checks a reference that only the component knows to be one, such as a name in its metadata. All references of gost's own keys are checked
     * already. A missing one is an error, or a warning when lenient.
     *
     * @param kind the list it refers to: {@code "authers"}
     */
    public void reference(Settings section, String key, String kind) {
        String name = section.text("", key);
        if (!name.isEmpty()) {
            names.missing(kind, name).ifPresent(message -> {
                if (lenient) {
                    section.warning(key, message);
                } else {
                    section.problem(key, message);
                }
            });
        }
    }

    /** Reports the keys that nobody has asked for, as unknown to gost or as not supported. Called once, after everything has been read. */
    public void finish() {
        new Leftovers(ledger).report(written);
    }

    /** The same configuration, changed by {@code edit}. */
    Configuration with(UnaryOperator<Mapping> edit) {
        return new Configuration(edit.apply(tree), lenient, files);
    }

    /** The values that gost could not decode, wherever they stand: reading finds only those that somebody reads. */
    public List<Problem> undecodable() {
        Problems problems = new Problems();
        if (Printable.of(tree, Format.JSON, false, problems).isEmpty()) {
            throw new IllegalStateException("a configuration without sections");
        }
        return problems.all();
    }

    /**
     * The configuration as gost's API shows it: with gost's defaults written into it. Values that gost could not decode are left out.
     *
     * @param status by service, as the service's {@code status}
     */
    public JsonObject published(Map<String, Map<String, Object>> status) {
        return PublishedJson.of(published(Format.JSON, false, status));
    }

    /** The same as gost prints it. */
    public String print(Format format, Map<String, Map<String, Object>> status) {
        return text(format, published(format, false, status));
    }

    /** What a file has to say for this configuration to be read from it: the same without status, with the sections that only Warren knows. */
    public String printed(Format format) {
        return text(format, published(format, true, Map.of()));
    }

    private Map<String, Object> published(Format format, boolean ours, Map<String, Map<String, Object>> status) {
        Map<String, Object> out = Printable.of(Published.of(tree), format, ours, new Problems());
        if (out.get("services") instanceof List<?> services) {
            services.forEach(service -> addStatus(service, status));
        }
        return out;
    }

    @SuppressWarnings("unchecked") // Sections print as maps with texts as keys.
    private static void addStatus(Object service, Map<String, Map<String, Object>> status) {
        if (service instanceof Map<?, ?> map) {
            Optional.ofNullable(status.get(String.valueOf(map.get("name"))))
                    .ifPresent(found -> ((Map<String, Object>) map).put("status", found));
        }
    }

    private static String text(Format format, Map<String, Object> printable) {
        return format == Format.JSON ? JsonText.of(printable) : YamlText.of(printable);
    }

    /**
     * The configuration as gost prints it for {@code -O}.
     *
     * @throws ConfigException for values that gost could not decode
     */
    public String print(Format format) {
        Problems problems = new Problems();
        Map<String, Object> printable = Printable.of(written, format, false, problems);
        problems.throwIfErrors();
        return text(format, printable);
    }
}
