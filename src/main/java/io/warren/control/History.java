package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last versions of this process's configuration, with all secrets; they outlive the process. Any thread. */
public final class History {
    /** How many are kept. */
    static final int KEPT = 50;

    private static final Logger LOG = LoggerFactory.getLogger("control");
    private static final String FOLDER = "history";

    /** One of them. */
    record Version(int number, Instant at, String by, String action, String text) {
        JsonObject shown(boolean current) {
            return new JsonObject()
                    .put("version", number)
                    .put("at", at.toString())
                    .put("by", by)
                    .put("action", action)
                    .put("current", current);
        }

        private String file() {
            return FOLDER + "/" + String.format("%06d.json", number);
        }

        private JsonObject toJson() {
            return shown(false).put("text", text);
        }

        private static Version of(JsonObject json) {
            return new Version(
                    Fields.integer(json, "version", 1, Integer.MAX_VALUE),
                    Instant.parse(Fields.required(json, "at")),
                    Fields.text(json, "by"),
                    Fields.text(json, "action"),
                    json.getString("text"));
        }
    }

    private final Vertx vertx;
    private final StateDirectory directory;
    private final List<Version> versions = new ArrayList<>();

    private History(Vertx vertx, StateDirectory directory) {
        this.vertx = vertx;
        this.directory = directory;
    }

    /** Those of the directory; one that cannot be read is left out. Waits for the disk. */
    public static History load(Vertx vertx, StateDirectory directory) throws IOException {
        History history = new History(vertx, directory);
        for (String name : directory.names(FOLDER)) {
            try {
                directory
                        .read(FOLDER + "/" + name)
                        .ifPresent(text -> history.versions.add(Version.of(new JsonObject(text))));
            } catch (DecodeException | Refusal | ClassCastException | java.time.DateTimeException e) {
                LOG.atWarn().addKeyValue("file", name).log("a version that cannot be read: {}", e.getMessage());
            }
        }
        return history;
    }

    /**
     * Remembers what is in force now, if it is something new.
     *
     * @param by empty: not known here, as of a reload by signal
     */
    public Future<Void> record(String text, String by, String action) {
        Version fresh;
        List<Version> dropped = new ArrayList<>();
        synchronized (versions) {
            Optional<Version> last = last();
            boolean same = last.filter(v -> v.text().equals(text)).isPresent();
            if (same && (by.isEmpty() || !last.get().by().isEmpty())) {
                return Future.succeededFuture();
            }
            int number = last.map(v -> same ? v.number() : v.number() + 1).orElse(1);
            if (same) {
                versions.remove(versions.size() - 1);
            }
            fresh = new Version(number, Instant.now(), by, action, text);
            versions.add(fresh);
            while (versions.size() > KEPT) {
                dropped.add(versions.remove(0));
            }
        }
        return vertx.executeBlocking(
                () -> {
                    directory.write(fresh.file(), fresh.toJson().encodePrettily());
                    for (Version old : dropped) {
                        directory.delete(old.file());
                    }
                    return null;
                },
                true);
    }

    private Optional<Version> last() {
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    }

    /** The newest first. */
    List<JsonObject> list() {
        synchronized (versions) {
            List<JsonObject> shown = new ArrayList<>();
            for (int i = versions.size() - 1; i >= 0; i--) {
                shown.add(versions.get(i).shown(i == versions.size() - 1));
            }
            return shown;
        }
    }

    Optional<Version> version(int number) {
        synchronized (versions) {
            return versions.stream().filter(v -> v.number() == number).findFirst();
        }
    }
}
