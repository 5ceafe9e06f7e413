package io.warren.policy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.warren.spi.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Posts JSON to one http or https URL, whose server has to prove who it is. Nothing is open before the first time. Any thread. */
public final class Poster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 64 * 1024;
    private static final String CONTENT_TYPE = "Content-Type";

    private final Vertx vertx;
    private final String url;
    private final Duration timeout;
    private final Map<String, String> header;
    private HttpClient client;

    /** What the server said. */
    public record Answer(int status, Buffer body) {}

    private Poster(Vertx vertx, String url, Duration timeout, Map<String, String> header) {
        this.vertx = vertx;
        this.url = url;
        this.timeout = timeout.toMillis() > 0 ? timeout : PATIENCE;
        this.header = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        this.header.putAll(header);
        this.header.putIfAbsent(CONTENT_TYPE, "application/json");
    }

    /** The {@code url} of a section; {@code http://} goes without saying. Empty without one, and, with a problem reported, for what is none. */
    public static Optional<Poster> read(Vertx vertx, Settings section) {
        Duration timeout = section.duration(Duration.ZERO, "timeout");
        Map<String, String> header = section.map("header");
        return at(vertx, section, "url", section.text("", "url"), timeout, header);
    }

    /** A {@code plugin} section, of which only the HTTP kind is known. */
    public static Optional<Poster> plugin(Vertx vertx, Settings plugin) {
        String type = plugin.text("grpc", "type");
        String address = plugin.text("", "addr");
        String token = plugin.secret("token").reveal();
        Duration timeout = plugin.duration(Duration.ZERO, "timeout");
        if (plugin.present() && !type.equals("http")) {
            plugin.problem("type", "plugins by " + type + " are not supported (expected: http)");
            return Optional.empty();
        }
        Map<String, String> header = token.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + token);
        return at(vertx, plugin, "addr", address, timeout, header);
    }

    private static Optional<Poster> at(
            Vertx vertx, Settings section, String key, String text, Duration timeout, Map<String, String> header) {
        String url = text.startsWith("http") ? text : "http://" + text;
        try {
            if (!text.isEmpty() && new URI(url).getHost() != null) {
                return Optional.of(new Poster(vertx, url, timeout, header));
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        if (section.present()) {
            section.problem(key, "\"" + text + "\" is no URL (expected: http:// or https://)");
        }
        return Optional.empty();
    }

    /** @return fails with IOException when there is no answer in time */
    public Future<Answer> post(Buffer body) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(url)
                .setIdleTimeout(timeout.toMillis());
        header.forEach(request::putHeader);
        return client().request(request)
                .compose(sending -> sending.send(body))
                .compose(Poster::answer)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Posts to a plugin. Fails unless it says {@code ok}. */
    public Future<Void> tell(JsonObject message) {
        return post(message.toBuffer()).compose(answer -> {
            if (answer.status() != 200) {
                return Future.failedFuture(new IOException("status " + answer.status() + " (expected: 200)"));
            }
            try {
                return Boolean.TRUE.equals(new JsonObject(answer.body()).getValue("ok"))
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IOException("answer without ok"));
            } catch (DecodeException e) {
                return Future.failedFuture(new IOException("answer is no JSON object"));
            }
        });
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = vertx.createHttpClient(
                    new HttpClientOptions().setConnectTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE)));
        }
        return client;
    }

    private static Future<Answer> answer(HttpClientResponse response) {
        Promise<Answer> result = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > MAX_ANSWER) {
                result.tryFail(new IOException("answer longer than " + MAX_ANSWER + " bytes"));
                response.request().reset();
            }
        });
        response.exceptionHandler(result::tryFail);
        response.endHandler(end -> result.tryComplete(new Answer(response.statusCode(), body)));
        return result.future();
    }

    /** Closes what is open; a later {@link #post} opens it again. */
    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    @Override
    public String toString() {
        return "http " + url.replaceFirst("//[^/@]*@", "//").replaceFirst("\\?.*", "");
    }
}
