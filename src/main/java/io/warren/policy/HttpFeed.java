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
import io.warren.spi.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A text behind an http or https URL, whose server has to prove who it is. Only status 200 counts. */
final class HttpFeed implements Feed {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String url;
    private final Duration timeout;
    private final HttpClient client;

    private HttpFeed(Vertx vertx, String url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE))
                .setKeepAlive(false)
                .setDecompressionSupported(true));
    }

    static Optional<Feed> read(Vertx vertx, Settings section) {
        String url = section.text("", "url");
        Duration timeout = section.duration(PATIENCE, "timeout");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        if (!isHttp(url)) {
            section.problem("url", "\"" + url + "\" is no URL of a list (expected: http:// or https://)");
            return Optional.empty();
        }
        return Optional.of(new HttpFeed(vertx, url, timeout.toMillis() > 0 ? timeout : PATIENCE));
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            return uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"));
        } catch (java.net.URISyntaxException e) {
            return false;
        }
    }

    @Override
    public Future<String> fetch() {
        RequestOptions get = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url)
                .setFollowRedirects(true)
                .setIdleTimeout(timeout.toMillis());
        return client.request(get)
                .compose(request -> request.send())
                .compose(HttpFeed::body)
                .map(body -> body.toString(StandardCharsets.UTF_8))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            response.request().reset();
            return Future.failedFuture(new IOException("status " + response.statusCode() + " (expected: 200)"));
        }
        Promise<Buffer> result = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > LIMIT) {
                result.tryFail(new IOException("longer than " + LIMIT + " bytes"));
                response.request().reset();
            }
        });
        response.exceptionHandler(result::tryFail);
        response.endHandler(end -> result.tryComplete(body));
        return result.future();
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "http source " + url.replaceFirst("//[^/@]*@", "//").replaceFirst("\\?.*", "");
    }
}
