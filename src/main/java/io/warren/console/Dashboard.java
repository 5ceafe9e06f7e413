package io.warren.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.warren.catalog.Catalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The dashboard: a page and what it is made of, from the jar, at {@code /} and below {@code /ui/}. It holds nothing that a visitor may not know, so it
 * is open to everybody; what it shows comes from {@link ClusterApi} after a log-in. Browsers keep a file and ask whether it is still the same.
 */
public final class Dashboard implements Site {
    private static final String FOLDER = "/console/web/";
    /** Wide enough for every file's name, too narrow for a way out of the folder. */
    private static final Pattern NAME = Pattern.compile("([a-z0-9-]+/){0,3}[a-zA-Z0-9-]+\\.(css|js|svg|txt|woff2)");

    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8",
            "woff2", "font/woff2");

    private record File(Buffer content, String tag) {}

    /** Only files that are there, so no more than there are. */
    private final Map<String, File> files = new ConcurrentHashMap<>();

    @Override
    public void mount(Router router) {
        router.route(HttpMethod.GET, "/").handler(ctx -> show(ctx, "index.html"));
        router.route(HttpMethod.GET, "/favicon.ico").handler(ctx -> show(ctx, "mark.svg"));
        router.route(HttpMethod.GET, "/ui/components.json").handler(ctx -> Answers.json(ctx, 200, components()));
        router.route(HttpMethod.GET, "/ui/*").handler(ctx -> show(ctx, below(ctx.normalizedPath())));
    }

    /** What forms suggest. */
    private static JsonObject components() {
        return new JsonObject()
                .put("handlers", new JsonArray(List.copyOf(Catalog.ALL.handlers())))
                .put("listeners", new JsonArray(List.copyOf(Catalog.ALL.listeners())))
                .put("connectors", new JsonArray(List.copyOf(Catalog.ALL.connectors())))
                .put("dialers", new JsonArray(List.copyOf(Catalog.ALL.dialers())));
    }

    /** The name of a file that may be looked for; empty for all others. */
    private static String below(String path) {
        String name = path.substring("/ui/".length());
        return NAME.matcher(name).matches() ? name : "";
    }

    private void show(RoutingContext ctx, String name) {
        Optional<File> file = name.isEmpty() ? Optional.empty() : find(name);
        if (file.isEmpty()) {
            Answers.notFound(ctx);
            return;
        }
        String tag = file.get().tag();
        ctx.response().putHeader("ETag", tag).putHeader("Cache-Control", "no-cache");
        if (tag.equals(ctx.request().getHeader("If-None-Match"))) {
            Answers.empty(ctx, 304);
            return;
        }
        Answers.send(
                ctx,
                200,
                TYPES.get(name.substring(name.lastIndexOf('.') + 1)),
                file.get().content());
    }

    /** Reads from the jar once: a few kilobytes that the system has in its cache, so it may be done on the event loop. */
    private Optional<File> find(String name) {
        File known = files.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        try (InputStream in = Dashboard.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            File file = new File(Buffer.buffer(bytes), tag(bytes));
            files.put(name, file);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"'
                    + new String(Base64.getUrlEncoder().withoutPadding().encode(digest), StandardCharsets.US_ASCII)
                            .substring(0, 22)
                    + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
