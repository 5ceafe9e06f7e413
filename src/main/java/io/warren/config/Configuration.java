package io.warren.config;

import io.warren.spi.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    /**
     * The configuration as gost prints it for {@code -O}.
     *
     * @throws ConfigException for values that gost could not decode
     */
    public String print(Format format) {
        Problems problems = new Problems();
        Map<String, Object> printable = Printable.of(written, format, problems);
        problems.throwIfErrors();
        return format == Format.JSON ? JsonText.of(printable) : YamlText.of(printable);
    }
}
