package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.warren.codec.HttpBody;
import io.warren.codec.HttpFields;
import io.warren.codec.HttpRequest;
import io.warren.codec.HttpResponse;
import java.util.List;
import java.util.Optional;

/** What becomes of heads on their way through a proxy (RFC 9110 section 7.6). */
final class Forwarding {
    private static final String CONNECTION = "Connection";
    private static final int SPARE = 128;

    private Forwarding() {}

    /** The head as the target gets it. */
    static ByteBuf request(HttpRequest request, Target target, boolean keepalive) {
        return request(request, target, keepalive, Optional.empty(), "");
    }

    /** @param sid what a web site behind us is told of the session */
    static ByteBuf request(HttpRequest request, Target target, boolean keepalive, Optional<Front> front, String sid) {
        HttpFields fields = request.fields();
        ByteBuf out = buffer(fields, target.host().length() + SPARE);
        Answers.ascii(out, request.method());
        out.writeByte(' ');
        Answers.ascii(out, target.path());
        Answers.ascii(out, " HTTP/1.1\r\nHost: ");
        Answers.ascii(out, target.host());
        Answers.ascii(out, "\r\n");
        Optional<String> upgrade = upgrade(fields);
        boolean trailers = fields.lists("TE", "trailers");
        List<String> nominated = fields.elements(CONNECTION);
        for (int i = 0; i < fields.size(); i++) {
            boolean replaced = front.isPresent() && front.get().replaces(fields, i);
            if (!endsHere(fields, i, nominated) && !isOurs(fields, i) && !replaced) {
                fields.write(i, out);
            }
        }
        front.ifPresent(site -> site.write(request, sid, out));
        if (trailers) {
            Answers.ascii(out, "TE: trailers\r\n");
        }
        upgrade.ifPresent(protocol -> Answers.ascii(out, "Upgrade: " + protocol + "\r\n"));
        if (upgrade.isPresent()) {
            Answers.ascii(out, trailers ? "Connection: Upgrade, TE\r\n" : "Connection: Upgrade\r\n");
        } else if (!keepalive) {
            Answers.ascii(out, trailers ? "Connection: close, TE\r\n" : "Connection: close\r\n");
        } else if (trailers) {
            Answers.ascii(out, "Connection: TE\r\n");
        }
        Answers.ascii(out, "\r\n");
        return out;
    }

    private static ByteBuf buffer(HttpFields fields, int more) {
        return PooledByteBufAllocator.DEFAULT.buffer(fields.headLength() + 2 * fields.size() + more + SPARE);
    }

    private static boolean isOurs(HttpFields fields, int i) {
        return fields.is(i, "Host")
                || fields.is(i, "Proxy-Authorization")
                || fields.is(i, "Gost-Target")
                || fields.is(i, "X-Gost-Target")
                || fields.is(i, "Gost-Record");
    }

    private static boolean endsHere(HttpFields fields, int i, List<String> nominated) {
        if (fields.is(i, CONNECTION)
                || fields.is(i, "Proxy-Connection")
                || fields.is(i, "Keep-Alive")
                || fields.is(i, "TE")
                || fields.is(i, "Upgrade")) {
            return true;
        }
        if (nominated.isEmpty() || fields.is(i, "Content-Length") || fields.is(i, "Transfer-Encoding")) {
            return false;
        }
        for (String name : nominated) {
            if (fields.is(i, name)) {
                return true;
            }
        }
        return false;
    }

    /** The protocol of an Upgrade field that Connection names, too. */
    static Optional<String> upgrade(HttpFields fields) {
        return fields.lists(CONNECTION, "Upgrade") ? fields.first("Upgrade") : Optional.empty();
    }

    /** Whether the client's connection goes on behind this response. */
    static boolean persists(HttpRequest request, HttpBody body) {
        HttpFields fields = request.fields();
        if (body.framing() == HttpBody.Framing.UNTIL_CLOSE || fields.lists(CONNECTION, "close")) {
            return false;
        }
        return request.minor() == 1
                || (body.framing() != HttpBody.Framing.CHUNKED
                        && (fields.lists(CONNECTION, "keep-alive") || fields.lists("Proxy-Connection", "keep-alive")));
    }

    /** Whether the target's connection can carry another request. */
    static boolean reusable(HttpResponse response, HttpBody body) {
        HttpFields fields = response.fields();
        return response.minor() == 1
                && body.framing() != HttpBody.Framing.UNTIL_CLOSE
                && !fields.lists(CONNECTION, "close")
                && !(fields.has("Transfer-Encoding") && fields.has("Content-Length"));
    }

    /** Whether a login belongs to the connection that it came on (NTLM, RFC 4559), which then nobody else may use. */
    static boolean boundToConnection(HttpRequest request, HttpResponse response) {
        return isBinding(request.fields().first("Authorization"))
                || (response.status() == 401 && isBinding(response.fields().first("WWW-Authenticate")));
    }

    private static boolean isBinding(Optional<String> scheme) {
        return scheme.filter(text ->
                        text.regionMatches(true, 0, "NTLM", 0, 4) || text.regionMatches(true, 0, "Negotiate", 0, 9))
                .isPresent();
    }

    /** The head as the client gets it. */
    static ByteBuf response(HttpResponse response, HttpRequest request, HttpBody body, boolean persists) {
        HttpFields fields = response.fields();
        ByteBuf out = statusLine(response, request.minor());
        List<String> nominated = fields.elements(CONNECTION);
        boolean chunked = body.framing() == HttpBody.Framing.CHUNKED;
        boolean coded = fields.has("Transfer-Encoding");
        for (int i = 0; i < fields.size(); i++) {
            boolean framing = (coded && fields.is(i, "Content-Length"))
                    || (request.minor() == 0
                            && chunked
                            && (fields.is(i, "Transfer-Encoding") || fields.is(i, "Trailer")));
            if (!framing && !endsHere(fields, i, nominated)) {
                fields.write(i, out);
            }
        }
        if (!persists) {
            Answers.ascii(out, "Connection: close\r\n");
        } else if (request.minor() == 0) {
            Answers.ascii(out, "Connection: keep-alive\r\n");
        }
        Answers.ascii(out, "\r\n");
        return out;
    }

    private static ByteBuf statusLine(HttpResponse response, int minor) {
        ByteBuf out = buffer(response.fields(), response.reason().length());
        Answers.ascii(out, minor == 1 ? "HTTP/1.1 " : "HTTP/1.0 ");
        Answers.ascii(out, Integer.toString(response.status()));
        out.writeByte(' ');
        Answers.ascii(out, response.reason());
        Answers.ascii(out, "\r\n");
        return out;
    }

    static ByteBuf interim(HttpResponse response) {
        return whole(response);
    }

    /** A 101, with the fields that make it one. */
    static ByteBuf switching(HttpResponse response) {
        return whole(response);
    }

    private static ByteBuf whole(HttpResponse response) {
        HttpFields fields = response.fields();
        ByteBuf out = statusLine(response, 1);
        for (int i = 0; i < fields.size(); i++) {
            fields.write(i, out);
        }
        Answers.ascii(out, "\r\n");
        return out;
    }
}
