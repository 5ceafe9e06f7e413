package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.warren.codec.HttpFields;
import io.warren.codec.HttpRequest;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Session;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** What is different where requests are for web sites behind us instead of for a proxy. */
final class Front {
    private static final String SID = "Gost-Sid";
    private static final String NODES = "Gost-Forwarded-Node";

    /** This process, in requests that come by again. */
    private static final String SELF = UUID.randomUUID().toString();

    /** Who comes, where a proxy before us says so: an address without a port. */
    Session visitor(Session session, HttpRequest request) {
        HttpFields fields = request.fields();
        return ip(fields.first("CF-Connecting-IP"))
                .or(() -> ip(fields.first("X-Forwarded-For")))
                .or(() -> ip(fields.first("X-Real-Ip")))
                .map(client -> session.from(client, session.local()))
                .orElse(session);
    }

    private static Optional<Address> ip(Optional<String> list) {
        return list.map(text -> text.indexOf(',') < 0 ? text : text.substring(0, text.indexOf(',')))
                .map(text -> Address.of(text.strip(), 0))
                .filter(Address::isIp);
    }

    /** Whether the request has been here before. */
    boolean loops(HttpRequest request) {
        return request.fields()
                .first(NODES)
                .filter(nodes -> Arrays.stream(nodes.split(",", -1))
                        .anyMatch(node -> node.strip().equals(SELF)))
                .isPresent();
    }

    boolean replaces(HttpFields fields, int i) {
        return fields.is(i, NODES);
    }

    /** What the site learns from us. */
    void write(HttpRequest request, String sid, ByteBuf out) {
        Answers.ascii(out, NODES + ": " + SELF + "\r\n");
        if (!request.fields().has(SID)) {
            Answers.ascii(out, SID + ": " + sid + "\r\n");
        }
    }

    /** No such site, or not for everybody: a bad gateway; a site that cannot be reached at the moment: unavailable. */
    int status(ProxyException why) {
        return switch (why.kind()) {
            case DENIED, RESOLVE -> 502;
            case PROTOCOL -> why.side() == ProxyException.Side.CLIENT ? 400 : 503;
            case UNAUTHORIZED, LIMITED, REFUSED, UNREACHABLE, TIMEOUT, UNSUPPORTED, CLOSED, INTERNAL -> 503;
        };
    }
}
