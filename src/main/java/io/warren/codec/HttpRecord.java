package io.warren.codec;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.warren.spi.Notes;
import io.warren.spi.Transaction;
import io.warren.spi.Transaction.Half;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Copies what a record says of an HTTP request and its response from their messages as they pass. Of one exchange. */
public final class HttpRecord {
    /** In which a client says whether it wants to be recorded; not passed on. */
    public static final String FIELD = "Gost-Record";

    private final Transaction transaction;
    private final HttpBody requestBody;
    private final int limit;
    private final String method;
    private HttpBody responseBody;

    private HttpRecord(Transaction transaction, HttpRequest request, int limit) {
        this.transaction = transaction;
        this.requestBody = HttpBody.of(request);
        this.limit = limit;
        this.method = request.method();
    }

    /**
     * Begins one.
     *
     * @param notes learn of the exchange; no more is kept when the client does not want that
     * @param host where the request goes, as its record says
     * @param scheme empty where the request does not say
     * @throws io.warren.net.ProxyException PROTOCOL for a body without a clear end
     */
    @CanIgnoreReturnValue
    public static HttpRecord begin(Notes notes, HttpRequest request, String host, String scheme) {
        String mode = request.fields().first(FIELD).orElse("").toLowerCase(Locale.ROOT);
        if (mode.equals("off")) {
            notes.off();
        }
        int limit = mode.isEmpty() ? notes.bodyLimit() : 0;
        Transaction transaction = new Transaction(
                host,
                request.method(),
                "HTTP/1." + request.minor(),
                scheme,
                request.target(),
                new Half(fields(request.fields()), length(HttpBody.of(request), request.fields()), limit));
        notes.transaction(transaction);
        return new HttpRecord(transaction, request, limit);
    }

    /** The next bytes of the request's body as they came, framing included. */
    public void requestBody(ByteBuf part) {
        keep(requestBody, transaction.request(), part);
    }

    /** The final response's head. */
    public void response(HttpResponse head) {
        responseBody = HttpBody.of(head, method);
        transaction.answered(
                head.status(), new Half(fields(head.fields()), length(responseBody, head.fields()), limit));
    }

    /** The next bytes of its body as they came, framing included. */
    public void responseBody(ByteBuf part) {
        keep(responseBody, transaction.response(), part);
    }

    private static void keep(HttpBody body, Half half, ByteBuf part) {
        if (!half.keeps()) {
            return;
        }
        ByteBuf content = part.alloc().buffer(part.readableBytes());
        try {
            int passed = body.follow(part, content);
            assert passed <= part.readableBytes();
            half.keep(content);
        } finally {
            content.release();
        }
    }

    private static long length(HttpBody body, HttpFields fields) {
        return switch (body.framing()) {
            case NONE -> 0;
            case LENGTH -> Long.parseLong(fields.first("Content-Length").orElse("0"));
            case CHUNKED, UNTIL_CLOSE -> -1;
        };
    }

    private static Map<String, List<String>> fields(HttpFields fields) {
        Map<String, List<String>> all = new TreeMap<>();
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.is(i, "Host") && !fields.is(i, FIELD)) {
                all.computeIfAbsent(HttpFields.canonical(fields.name(i)), n -> new ArrayList<>())
                        .add(value(fields, i));
            }
        }
        return all;
    }

    // A password of ours is not content.
    private static String value(HttpFields fields, int i) {
        String value = fields.value(i);
        return fields.is(i, "Proxy-Authorization")
                ? value.substring(0, Math.max(0, value.indexOf(' '))) + " ***"
                : value;
    }
}
