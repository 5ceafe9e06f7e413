package io.warren.layer.sniff;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.warren.codec.HttpBody;
import io.warren.codec.HttpHead;
import io.warren.codec.HttpRecord;
import io.warren.codec.HttpRequest;
import io.warren.codec.HttpResponse;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Session;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The requests of an HTTP/1 connection and their responses. No request passes before it is clear where it goes. */
final class SeenHttp implements Sniffer.Seen {
    private static final int PORT = 80;
    /** Requests that wait for their responses. */
    private static final int MOST = 256;

    private final Sniffer sniffer;
    private final Deque<Exchange> waiting = new ArrayDeque<>();
    private Optional<HttpBody> requestBody = Optional.empty();
    private ByteBuf head = Unpooled.buffer();
    private Optional<HttpBody> responseBody = Optional.empty();
    private boolean over;

    /** A request and what its record is made of, where one is kept. */
    private record Exchange(String method, Session session, Optional<HttpRecord> record) {}

    SeenHttp(Sniffer sniffer) {
        this.sniffer = sniffer;
    }

    // --- requests

    @Override
    public int fromClient(ByteBuf in) {
        ByteBuf rest = in.slice();
        while (!over && rest.isReadable()) {
            if (requestBody.isPresent()) {
                int n = requestBody.get().follow(rest);
                Exchange latest = waiting.peekLast();
                if (latest != null && latest.record().isPresent()) {
                    latest.record().get().requestBody(rest.slice(rest.readerIndex(), n));
                }
                rest.skipBytes(n);
            } else if (!nextRequest(rest)) {
                return in.readableBytes() - rest.readableBytes();
            }
            if (requestBody.filter(HttpBody::done).isPresent()) {
                requestBody = Optional.empty();
            }
        }
        return in.readableBytes();
    }

    private boolean nextRequest(ByteBuf in) {
        int end = HttpHead.end(in, in.readerIndex());
        if (end < 0) {
            return false;
        }
        HttpRequest request = HttpRequest.decode(in.duplicate(), end);
        List<Address> hosts = RequestedHosts.of(request);
        Address host = hosts.isEmpty() ? Address.of("", PORT) : hosts.get(0);
        Session part = sniffer.session().part();
        Optional<HttpRecord> record = part.trace().notes().map(notes -> {
            if (!hosts.isEmpty()) {
                notes.wants("tcp", host.toString());
            }
            notes.visitor(visitor(request));
            return HttpRecord.begin(
                    notes, request, request.fields().first("Host").orElse(""), "");
        });
        if (!hosts.isEmpty()) {
            part.trace().target(host.toString());
        }
        try {
            hosts.forEach(sniffer::check);
            if (hosts.isEmpty()) {
                sniffer.checkNameless(PORT);
            }
        } catch (ProxyException denied) {
            part.trace().notes().flatMap(notes -> notes.transaction()).ifPresent(http -> http.answered(403));
            seen(part, denied);
            throw denied;
        }
        HttpBody body = HttpBody.of(request);
        in.readerIndex(end);
        part.trace().meter().fromClient(request.fields().headLength());
        waiting.add(new Exchange(request.method(), part, record));
        if (waiting.size() > MOST) {
            throw ProxyException.protocol("more than " + MOST + " requests without a response");
        }
        requestBody = Optional.of(body).filter(b -> !b.done());
        return true;
    }

    private static String visitor(HttpRequest request) {
        return request.fields()
                .first("CF-Connecting-IP")
                .or(() -> request.fields().first("X-Forwarded-For"))
                .or(() -> request.fields().first("X-Real-Ip"))
                .map(text -> text.split(",", 2)[0].strip())
                .filter(text -> Address.of(text, 0).isIp())
                .orElse("");
    }

    // --- responses

    @Override
    public void toClient(ByteBuf out) {
        ByteBuf rest = out.slice();
        while (!over && rest.isReadable()) {
            if (responseBody.isPresent()) {
                followBody(rest);
            } else if (!nextResponse(rest)) {
                return;
            }
            if (responseBody.filter(HttpBody::done).isPresent()) {
                responseBody = Optional.empty();
                Exchange done = waiting.removeFirst();
                seen(done.session(), null);
            }
        }
    }

    private void followBody(ByteBuf rest) {
        int n = responseBody.get().follow(rest);
        Exchange current = waiting.getFirst();
        current.session().trace().meter().toClient(n);
        current.record().ifPresent(record -> record.responseBody(rest.slice(rest.readerIndex(), n)));
        rest.skipBytes(n);
    }

    private boolean nextResponse(ByteBuf rest) {
        if (waiting.isEmpty()) {
            throw ProxyException.protocol("response without a request");
        }
        int before = head.readableBytes();
        head.writeBytes(rest, rest.readerIndex(), Math.min(rest.readableBytes(), HttpHead.LIMIT + 1 - before));
        int end = HttpHead.end(head, head.readerIndex());
        if (end < 0) {
            return false;
        }
        rest.skipBytes(end - head.readerIndex() - before);
        Exchange current = waiting.getFirst();
        current.session().trace().meter().toClient(end - head.readerIndex());
        HttpResponse response = HttpResponse.decode(head, end);
        head.clear();
        if (response.interim() && response.status() != 101) {
            return true;
        }
        if (response.status() == 101 && sniffer.selective() && response.fields().lists("Upgrade", "h2c")) {
            throw ProxyException.denied("an upgrade to h2c, whose requests would not be seen");
        }
        current.record().ifPresent(record -> record.response(response));
        if (response.status() == 101 || (current.method().equals("CONNECT") && response.status() / 100 == 2)) {
            // What follows is another protocol.
            Exchange done = waiting.removeFirst();
            seen(done.session(), null);
            lost();
        } else {
            responseBody = Optional.of(HttpBody.of(response, current.method()));
        }
        return true;
    }

    private void seen(Session part, ProxyException why) {
        sniffer.scope().journal().seen(part, why == null ? Future.succeededFuture() : Future.failedFuture(why));
    }

    // --- the end

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public void lost() {
        if (over) {
            return;
        }
        over = true;
        // A response without a length ends with its connection.
        boolean regular = responseBody
                .filter(body -> body.framing() == HttpBody.Framing.UNTIL_CLOSE)
                .isPresent();
        while (!waiting.isEmpty()) {
            Session part = waiting.removeFirst().session();
            seen(
                    part,
                    regular
                            ? null
                            : ProxyException.upstream(
                                    ProxyException.Kind.CLOSED, "closed before the end of the response"));
            regular = false;
        }
        head.release();
    }

    @Override
    public Optional<String> refusal(ProxyException why) {
        String status = why.kind() == ProxyException.Kind.DENIED ? "403 Forbidden" : "400 Bad Request";
        return waiting.isEmpty()
                ? Optional.of("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                : Optional.empty();
    }
}
