package io.warren.protocol.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.warren.codec.HttpRequest;
import io.warren.net.Address;
import io.warren.net.Link;
import io.warren.net.ProxyException;
import io.warren.net.Relaying;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Scope;
import java.time.Duration;
import java.util.Set;

/** What a client without credentials is shown where the port is not to look like a proxy. */
record Decoy(Conversation conversation, HttpRequest request, Target target, ProxyException why) {
    private static final Duration FETCH_TIME = Duration.ofSeconds(15);
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final Set<String> NOT_REPLAYED =
            Set.of("connection", "content-length", "transfer-encoding", "keep-alive", "trailer");

    void show(ProbeResistance resistance) {
        switch (resistance.type()) {
            case CODE -> status(resistance.value());
            case WEB -> page(resistance.value());
            case HOST -> host(resistance.value());
            case FILE -> file(resistance.value());
        }
    }

    private void status(String text) {
        int status = number(text);
        if (status == 0) {
            conversation.part(conversation.handler().answers().unauthorized(request), why);
        } else {
            conversation.part(Answers.decoy(status), why);
        }
    }

    private static int number(String text) {
        try {
            int status = Integer.parseInt(text.strip());
            return status >= 0 && status <= 999 ? status : 503;
        } catch (NumberFormatException notANumber) {
            return 503;
        }
    }

    private void file(String path) {
        FileSystem files = conversation.handler().scope().vertx().fileSystem();
        conversation
                .onContext(() -> files.props(path)
                        .compose(props -> props.isRegularFile() && props.size() <= MAX_BYTES
                                ? files.readFile(path)
                                : Future.failedFuture("no file, or too long")))
                .onComplete(read -> conversation.part(
                        read.succeeded()
                                ? Answers.decoy(
                                        200,
                                        "Content-Type: text/html\r\n",
                                        read.result().getBytes())
                                : Answers.decoy(503),
                        why));
    }

    private void page(String url) {
        HttpClient web = conversation.handler().web();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url.startsWith("http") ? url : "http://" + url)
                .setFollowRedirects(true)
                .setTimeout(FETCH_TIME.toMillis());
        conversation
                .onContext(() ->
                        web.request(options).compose(HttpClientRequest::send).compose(this::replay))
                .onFailure(e -> conversation.part(Answers.decoy(503), why));
    }

    private Future<Void> replay(HttpClientResponse response) {
        Buffer content = Buffer.buffer();
        response.handler(part -> {
            content.appendBuffer(part);
            if (content.length() > MAX_BYTES) {
                response.request().reset();
            }
        });
        StringBuilder fields = new StringBuilder();
        response.headers().forEach((name, value) -> {
            if (!NOT_REPLAYED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                fields.append(name).append(": ").append(value).append("\r\n");
            }
        });
        return response.end()
                .onSuccess(v -> conversation.part(
                        Answers.decoy(response.statusCode(), fields.toString(), content.getBytes()), why));
    }

    private void host(String address) {
        Scope scope = conversation.handler().scope();
        conversation
                .onContext(() -> TcpDial.connect(scope.context(), Address.parse(address), scope.dial()))
                .onComplete(dialled -> {
                    if (dialled.failed()) {
                        conversation.part(Answers.decoy(503), why);
                    } else if (conversation.isOver()) {
                        dialled.result().close();
                    } else {
                        join(dialled.result());
                    }
                });
    }

    private void join(Stream decoy) {
        decoy.send(Forwarding.request(request, target, true));
        Stream client = conversation.detach();
        Relaying how = conversation
                .session()
                .relaying()
                .idleAfter(conversation.handler().options().idleTimeout());
        conversation.detached(Link.join(client, decoy, how), why);
    }
}
