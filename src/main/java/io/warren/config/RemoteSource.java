package io.warren.config;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A configuration on a web server: status 200, at most 10 MiB, within 30 s. Its user and password do not show in messages. */
final class RemoteSource {
    private static final int MAX_BYTES = 10 << 20;
    private static final long TIMEOUT_SECONDS = 30;

    private final Vertx vertx;

    RemoteSource(Vertx vertx) {
        this.vertx = vertx;
    }

    static boolean matches(String source) {
        return uri(source).isPresent();
    }

    private static Optional<URI> uri(String source) {
        try {
            URI uri = new URI(source);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    Future<Document> get(String source) {
        URI uri = uri(source).orElseThrow();
        String name = source.replaceFirst("//[^/@]*@", "//");
        // Held until the answer is there: Vert.x closes the sockets of a client that nobody holds.
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setDecompressionSupported(true));
        return client.request(request(uri, source))
                .compose(request -> request.send())
                .compose(response -> response.statusCode() == 200
                        ? body(response, name).map(body -> document(name, uri, response, body))
                        : Retrieval.failed(name, "status " + response.statusCode() + " (expected: 200)"))
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .recover(e -> e instanceof ConfigException
                        ? Future.failedFuture(e)
                        : Retrieval.failed(name, String.valueOf(e.getMessage())))
                .eventually(client::close);
    }

    private static RequestOptions request(URI uri, String source) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(source.replaceFirst("//[^/@]*@", "//"))
                .setFollowRedirects(true);
        if (uri.getUserInfo() != null) {
            String basic = Base64.getEncoder().encodeToString(uri.getUserInfo().getBytes(StandardCharsets.UTF_8));
            options.putHeader("Authorization", "Basic " + basic);
        }
        return options;
    }

    private static Future<Buffer> body(HttpClientResponse response, String name) {
        Buffer all = Buffer.buffer();
        response.handler(part -> {
            if (all.length() <= MAX_BYTES) {
                all.appendBuffer(part);
            }
        });
        return response.end()
                .compose(v -> all.length() > MAX_BYTES
                        ? Retrieval.failed(name, "more than " + (MAX_BYTES >> 20) + " MiB")
                        : Future.succeededFuture(all));
    }

    private static Document document(String name, URI uri, HttpClientResponse response, Buffer body) {
        String type = Optional.ofNullable(response.getHeader("Content-Type"))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        String media = (parameters < 0 ? type : type.substring(0, parameters)).trim();
        boolean json = switch (media) {
            case "application/json" -> true;
            case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" -> false;
            default -> uri.getPath().toLowerCase(Locale.ROOT).endsWith(".json");
        };
        return new Document(name, body.toString(StandardCharsets.UTF_8), json, true, Optional.empty());
    }
}
