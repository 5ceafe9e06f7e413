package io.warren.spi;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Steers what this process runs: the one way to change it, whoever asks (web API, dashboard, another member, a signal). Changes happen one after the
 * other; each is a change of the configuration and takes the way of a reload: all is checked first, only what has changed is replaced, connections
 * of everything else go on. Any thread; results complete on a context of the implementation's.
 */
public interface Control {
    /** How a configuration is written. */
    enum Form {
        JSON,
        YAML
    }

    /**
     * A change of the configuration. Documents are JSON or YAML; keys that begin with an underscore and {@code status} blocks in them do not count. Kinds are the lists
     * of the top level: {@code "services"}, {@code "authers"}…
     */
    sealed interface Change {
        /** An object more; its document has the name. */
        record Create(String kind, String document) implements Change {}

        /** An object in the place of the one with that name, whatever name the document has. */
        record Replace(String kind, String name, String document) implements Change {}

        record Delete(String kind, String name) implements Change {}

        /** Everything. */
        record Whole(String document) implements Change {}

        /** The object is there and is this, whether it was there before or not; the name is the one here. */
        record Put(String kind, String name, String document) implements Change {}

        /** The object is not there, whether it was there before or not. */
        record Drop(String kind, String name) implements Change {}

        /** One after the other, but all or none. */
        record All(List<Change> changes) implements Change {
            public All {
                changes = List.copyOf(changes);
            }
        }
    }

    /**
     * Something to be said about a configuration.
     *
     * @param position {@code file:line:column}; for an object of a change the source is {@code kind/name}
     * @param path of the key, {@code services[0].handler.auther}
     * @param error else a warning
     */
    record Finding(String position, String path, String message, boolean error) {
        /** {@code services[0].handler.auther: no auther named "x"}. */
        @Override
        public String toString() {
            return path.isEmpty() ? position + ": " + message : path + ": " + message;
        }
    }

    /** What came of a change. {@code warnings}: of what was changed; of the whole for a reload. */
    record Applied(List<Finding> warnings) {
        public Applied {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * What is in force, in the form in which gost's API shows it: durations are nanoseconds, services have their {@code status}. With all secrets: for
     * administrators only. The caller's own copy.
     */
    Future<JsonObject> configuration();

    /** The same as text, keys and values as gost prints them. */
    Future<String> print(Form form);

    /**
     * Makes a change.
     *
     * @return fails with {@link ControlException}; then everything is as before
     */
    Future<Applied> apply(Change change);

    /** Checks a change completely, and does not make it. Fails likewise. */
    Future<Applied> check(Change change);

    /**
     * What a configuration file has to say for what is in force to be read from it: the same as {@link #print} without status, with the sections that only
     * Warren knows.
     */
    Future<String> written(Form form);

    /** What that would be after a change. Fails as {@link #apply} does for a document that cannot be parsed, or an object that is not there. */
    Future<String> preview(Change change, Form form);

    /** Reads all sources again. What was changed and not saved is lost. Fails with {@link ControlException}. */
    Future<Applied> reload();

    /**
     * Writes what is in force, without status, to a file; atomically, where the file system can.
     *
     * @param path else the last configuration file that was read, else {@code gost.yaml} or {@code gost.json} in the working directory
     * @param form else by the file's name
     * @return the file; fails with {@link ControlException} SAVE
     */
    Future<String> save(Optional<String> path, Optional<Form> form);
}
