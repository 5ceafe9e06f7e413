package io.warren.policy.observe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.policy.Poster;
import io.warren.spi.Settings;
import java.util.List;
import java.util.Optional;

/** An object of the {@code observers} list: a plugin by HTTP that events are posted to. Any thread. */
public final class Observer implements AutoCloseable {
    private final String name;
    private final Optional<Poster> poster;

    private Observer(String name, Optional<Poster> poster) {
        this.name = name;
        this.poster = poster;
    }

    /** Opens nothing before the first event. One without a plugin is told nothing. */
    public static Observer read(Vertx vertx, Settings section) {
        return new Observer(section.text("", "name"), Poster.plugin(vertx, section.section("plugin")));
    }

    /** @return fails when the plugin does not confirm that it has taken them */
    public Future<Void> tell(List<Event> events) {
        JsonArray array = new JsonArray();
        events.forEach(event -> array.add(event.json()));
        return poster.map(to -> to.tell(new JsonObject().put("events", array))).orElse(Future.succeededFuture());
    }

    /** What sessions that are still there do later is told all the same. */
    @Override
    public void close() {
        poster.ifPresent(Poster::close);
    }

    @Override
    public String toString() {
        return "observer " + name;
    }
}
