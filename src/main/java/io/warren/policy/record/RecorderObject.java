package io.warren.policy.record;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.policy.Poster;
import io.warren.spi.RecordCounts;
import io.warren.spi.Recorder;
import io.warren.spi.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** An object of the {@code recorders} list. Opens nothing before the first record. Any thread. */
public final class RecorderObject implements AutoCloseable {
    private static final Duration DIAL_TIME = Duration.ofSeconds(10);

    private final Optional<Outlet> outlet;
    private final boolean plugin;

    private RecorderObject(Optional<Outlet> outlet, boolean plugin) {
        this.outlet = outlet;
        this.plugin = plugin;
    }

    /** Of several places the first one counts: plugin, file, TCP, HTTP. */
    public static RecorderObject read(Vertx vertx, Settings section, RecordCounts counts) {
        Settings plugin = section.section("plugin");
        if (section.has("redis")) {
            section.problem("redis", "not supported (expected: file, tcp or http)");
        }
        Optional<Sink> far = Poster.plugin(vertx, plugin).map(PluginSink::new);
        Optional<Sink> file = file(vertx, section.section("file"));
        Optional<Sink> tcp = tcp(section.section("tcp"));
        Optional<Sink> http = Poster.read(vertx, section.section("http")).map(HttpSink::new);
        Optional<Sink> sink = plugin.present() ? far : file.or(() -> tcp).or(() -> http);
        String name = section.text("", "name");
        return new RecorderObject(sink.map(where -> new Outlet(vertx, name, where, counts.of(name))), plugin.present());
    }

    private static Optional<Sink> file(Vertx vertx, Settings section) {
        String path = section.text("", "path");
        byte[] separator = section.text("", "sep").getBytes(StandardCharsets.UTF_8);
        Optional<Rotation> rotation = Rotation.read(section.section("rotation"));
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new FileSink(vertx, Path.of(path), separator, rotation));
        } catch (InvalidPathException e) {
            section.problem("path", "\"" + path + "\" is no path (" + e.getReason() + ")");
            return Optional.empty();
        }
    }

    private static Optional<Sink> tcp(Settings section) {
        String text = section.text("", "addr");
        Duration timeout = section.duration(Duration.ZERO, "timeout");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TcpSink(Address.parse(text), timeout.toMillis() > 0 ? timeout : DIAL_TIME));
        } catch (ProxyException e) {
            section.problem("addr", e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether it is told the metadata of a service's entry. */
    boolean isPlugin() {
        return plugin;
    }

    /** For a service; empty without a place to write to. */
    public Optional<Recorder> recorder(JsonObject metadata) {
        if (!plugin) {
            return outlet.map(queue -> queue);
        }
        byte[] text = (metadata.isEmpty() ? "null" : metadata.encode()).getBytes(StandardCharsets.UTF_8);
        return outlet.map(queue -> record -> queue.record(PluginSink.message(record, text)));
    }

    /** Completes when all that has been recorded so far has been written or dropped. */
    public Future<Void> flushed() {
        return outlet.map(Outlet::flushed).orElse(Future.succeededFuture());
    }

    /** What sessions that are still there record later is written all the same. */
    @Override
    public void close() {
        outlet.ifPresent(Outlet::close);
    }
}
