package io.warren.policy.resolver;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.NetServer;
import io.warren.fixture.Until;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A nameserver over UDP and TCP on one port, which says what it is told to. */
final class DnsServer {
    /** What it was asked. */
    record Query(String transport, String name, int type, Buffer message) {
        @Override
        public String toString() {
            return transport + " " + (type == 1 ? "A" : type == 28 ? "AAAA" : String.valueOf(type)) + " " + name;
        }
    }

    @FunctionalInterface
    interface Script {
        /** @return null = silence */
        Buffer answer(Query query);
    }

    private final List<Query> queries = new CopyOnWriteArrayList<>();
    private final AtomicReference<Script> script = new AtomicReference<>(query -> null);
    private final int port;

    private DnsServer(int port) {
        this.port = port;
    }

    static DnsServer start(Vertx vertx, String host) throws Exception {
        boolean six = host.indexOf(':') >= 0;
        for (int attempt = 0; ; attempt++) {
            DatagramSocket udp = Until.done(vertx.createDatagramSocket(new DatagramSocketOptions().setIpV6(six))
                    .listen(0, host));
            DnsServer server = new DnsServer(udp.localAddress().port());
            udp.handler(packet -> server.answer("udp", packet.data())
                    .onSuccess(answer -> udp.send(
                            answer, packet.sender().port(), packet.sender().host())));
            NetServer tcp = vertx.createNetServer().connectHandler(socket -> {
                Buffer in = Buffer.buffer();
                socket.handler(chunk -> {
                    in.appendBuffer(chunk);
                    if (in.length() >= 2 && in.length() >= 2 + in.getUnsignedShort(0)) {
                        server.answer("tcp", in.getBuffer(2, 2 + in.getUnsignedShort(0)))
                                .onSuccess(answer -> {
                                    // In two parts, as a network may.
                                    Buffer framed = Buffer.buffer()
                                            .appendUnsignedShort(answer.length())
                                            .appendBuffer(answer);
                                    socket.write(framed.getBuffer(0, 5));
                                    vertx.setTimer(5, t -> socket.write(framed.getBuffer(5, framed.length())));
                                });
                    }
                });
            });
            try {
                Until.done(tcp.listen(server.port, host));
                return server;
            } catch (Exception e) {
                Until.done(udp.close());
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private Future<Buffer> answer(String transport, Buffer message) {
        StringBuilder name = new StringBuilder();
        int at = 12;
        while (message.getUnsignedByte(at) != 0) {
            int length = message.getUnsignedByte(at);
            name.append(name.isEmpty() ? "" : ".").append(message.getString(at + 1, at + 1 + length, "US-ASCII"));
            at += 1 + length;
        }
        Query query = new Query(transport, name.toString(), message.getUnsignedShort(at + 1), message);
        queries.add(query);
        Buffer answer = script.get().answer(query);
        return answer == null ? Future.failedFuture("silence") : Future.succeededFuture(answer);
    }

    void does(Script what) {
        script.set(what);
    }

    List<String> asked() {
        return queries.stream().map(Query::toString).toList();
    }

    List<Query> queries() {
        return List.copyOf(queries);
    }

    int port() {
        return port;
    }

    /** An answer to {@code query} with one record for each address of its type, behind an alias. */
    static Buffer records(Query query, int ttl, String... addresses) {
        List<byte[]> own = new ArrayList<>();
        for (String address : addresses) {
            byte[] ip = ip(address);
            if (ip.length == (query.type() == 1 ? 4 : 16)) {
                own.add(ip);
            }
        }
        Buffer answer = head(query, 0x8180, own.isEmpty() ? 0 : own.size() + 1);
        if (!own.isEmpty()) {
            // name, CNAME, IN, ttl, "alias" + pointer to the name
            answer.appendUnsignedShort(0xc00c)
                    .appendUnsignedShort(5)
                    .appendUnsignedShort(1)
                    .appendInt(ttl + 1000)
                    .appendUnsignedShort(8)
                    .appendByte((byte) 5)
                    .appendString("alias", "US-ASCII")
                    .appendUnsignedShort(0xc00c);
        }
        for (byte[] ip : own) {
            answer.appendUnsignedShort(0xc00c)
                    .appendUnsignedShort(query.type())
                    .appendUnsignedShort(1)
                    .appendInt(ttl)
                    .appendUnsignedShort(ip.length)
                    .appendBytes(ip);
        }
        return answer;
    }

    static Buffer code(Query query, int code) {
        return head(query, 0x8180 | code, 0);
    }

    static Buffer truncated(Query query) {
        return head(query, 0x8380, 3);
    }

    private static Buffer head(Query query, int flags, int records) {
        int end = 12 + query.name().getBytes(StandardCharsets.US_ASCII).length + 2 + 4;
        return Buffer.buffer()
                .appendBuffer(query.message().getBuffer(0, 2))
                .appendUnsignedShort(flags)
                .appendUnsignedShort(1)
                .appendUnsignedShort(records)
                .appendInt(0)
                .appendBuffer(query.message().getBuffer(12, end));
    }

    private static byte[] ip(String text) {
        try {
            return InetAddress.getAllByName(text)[0].getAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
