package io.warren.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.codec.GostTarget;
import io.warren.fixture.Gost;
import io.warren.net.Address;
import io.warren.net.TcpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client gets, compared byte for byte with the real gost. */
@Timeout(120)
class GostAnswersTest {
    private static final String UNAUTHORIZED = "Proxy-Authorization: Basic eDp5\r\n";
    private static final String AUTHORIZED = "Proxy-Authorization: Basic YWxpY2U6czNjcmV0\r\n";
    private static final String REFUSED = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

    /** @param ours what we answer where that is deliberately something else; null = the same as gost */
    private record Row(Options options, String request, String ours) {}

    private record Options(boolean login, Map<String, Object> metadata) {
        String yaml(Address address) {
            String keys = metadata.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + json(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
            return """
                    services:
                    - name: proxy
                      addr: %s
                      bypass: forbidden
                      handler: {type: http, %s metadata: %s}
                      listener: {type: tcp}
                    bypasses:
                    - name: forbidden
                      matchers: [forbidden.example]
                    """.formatted(address, login ? "auth: {username: alice, password: s3cret}," : "", keys);
        }

        private static String json(Object value) {
            return value instanceof Map<?, ?> map
                    ? map.entrySet().stream()
                            .map(entry -> entry.getKey() + ": \"" + entry.getValue() + "\"")
                            .collect(Collectors.joining(", ", "{", "}"))
                    : "\"" + value + "\"";
        }

        HttpProxy ours() {
            Object[] pairs = metadata.entrySet().stream()
                    .flatMap(entry -> java.util.stream.Stream.of(entry.getKey(), entry.getValue()))
                    .toArray();
            return login ? HttpProxy.withLogin(pairs) : HttpProxy.open(pairs);
        }
    }

    private static Options open(Object... metadata) {
        return new Options(false, map(metadata));
    }

    private static Options login(Object... metadata) {
        return new Options(true, map(metadata));
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    private static Origin origin() throws IOException {
        return new Origin((head, in, out) -> {
            String path = head.split(" ", 3)[1];
            if (head.contains("Content-Length: 4")) {
                in.readNBytes(4);
            }
            String answer = switch (path) {
                case "/204" -> "204 No Content\r\nX-T: 1\r\n\r\n";
                case "/304" -> "304 Not Modified\r\nX-T: 1\r\n\r\n";
                case "/404" -> "404 Not Found\r\nContent-Length: 5\r\n\r\nnope!";
                case "/501" -> "501 Not Implemented\r\nContent-Length: 0\r\n\r\n";
                case "/chunked" -> "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
                case "/close" -> "200 OK\r\n\r\nuntil the end";
                case "/persists" -> "200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
                case "/garbage" -> "what\r\n\r\n";
                case "/upgrade" -> "101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello";
                default -> "200 OK\r\nContent-Length: 2\r\nX-T: 1\r\n\r\n" + (head.startsWith("HEAD") ? "" : "ok");
            };
            out.write(("HTTP/1.1 " + answer).getBytes(StandardCharsets.ISO_8859_1));
            return !path.equals("/close") && !path.equals("/garbage") && !path.equals("/upgrade");
        });
    }

    private static List<Row> table(Origin origin, Address echo, Address closed, Path file) {
        List<Row> rows = new ArrayList<>();
        Options plain = open();
        String u = origin.address().toString();
        String ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-T: 1\r\n\r\nok";

        same(rows, plain, "CONNECT " + echo + " HTTP/1.1\r\nHost: " + echo + "\r\n\r\nhello");
        same(rows, plain, "CONNECT " + echo + " HTTP/1.0\r\n\r\nhello");
        same(rows, plain, "CONNECT " + closed + " HTTP/1.1\r\nHost: " + closed + "\r\n\r\n");
        same(rows, plain, "CONNECT forbidden.example:443 HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, plain, "CONNECT unknown.invalid:443 HTTP/1.1\r\nHost: x\r\n\r\n");
        Options fields = open("header", Map.of("X-By", "me", "a-First", "1"), "proxyAgent", "w/1");
        same(rows, fields, "CONNECT " + closed + " HTTP/1.1\r\nHost: " + closed + "\r\n\r\n");
        same(rows, fields, "CONNECT " + echo + " HTTP/1.1\r\nHost: " + echo + "\r\n\r\nhello");
        same(rows, plain, "GET http://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET http://" + u + " HTTP/1.1\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/?a=b HTTP/1.1\r\nHost: other\r\n\r\n");
        same(rows, plain, "GET HTTP://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "HEAD http://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/204 HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/304 HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/404 HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/501 HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/chunked HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/close HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "POST http://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\nContent-Length: 4\r\n\r\nbody");
        same(rows, plain, "GET http://" + closed + "/ HTTP/1.1\r\nHost: " + closed + "\r\n\r\n");
        same(rows, plain, "GET http://" + closed + "/ HTTP/1.0\r\nHost: " + closed + "\r\n\r\n");
        same(rows, plain, "GET http://forbidden.example/ HTTP/1.1\r\nHost: forbidden.example\r\n\r\n");
        same(rows, plain, "GET http://" + u + "/garbage HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET https://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        same(rows, plain, "GET / HTTP/1.1\r\nHost: bad!\r\n\r\n");
        same(rows, plain, "PRI * HTTP/1.1\r\nHost: x\r\n\r\n");
        same(
                rows,
                plain,
                "GET http://" + u + "/upgrade HTTP/1.1\r\nHost: " + u
                        + "\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
        same(
                rows,
                open("keepalive", true),
                "GET http://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\n\r\nGET http://" + u + "/404 HTTP/1.1\r\nHost: "
                        + u + "\r\n\r\n");
        same(
                rows,
                plain,
                "CONNECT other.invalid:1 HTTP/1.1\r\nHost: x\r\nGost-Target: " + GostTarget.encode(echo.toString())
                        + "\r\n\r\nhello");
        same(rows, plain, "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\nGost-Target: bm9uc2Vuc2U\r\n\r\nhello");

        Options login = login();
        same(rows, login, "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, login, "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\n" + UNAUTHORIZED + "\r\n");
        same(rows, login, "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\nProxy-Connection: Keep-Alive\r\n\r\n");
        same(
                rows,
                login,
                "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\n" + AUTHORIZED.replace("Basic", "basic") + "\r\n");
        same(rows, login, "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\n" + AUTHORIZED + "\r\nhello");
        same(rows, login, "GET http://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\n" + AUTHORIZED + "\r\n");
        same(rows, login, "GET / HTTP/1.1\r\nHost: bad!\r\n\r\n");
        same(rows, login("authBasicRealm", "here"), "GET http://" + u + "/ HTTP/1.1\r\nHost: " + u + "\r\n\r\n");
        for (String code : List.of("404", "200", "204", "304", "0", "abc", "299", "418", "599")) {
            same(rows, login("probeResist", "code:" + code), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        Options knock = login("probe_resist", "code:404", "knock", "www.knock.example,other");
        same(rows, knock, "CONNECT www.KNOCK.example:443 HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, knock, "GET / HTTP/1.1\r\nHost: www.knock.example\r\n\r\n");
        same(rows, login("probeResist", "file:" + file), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, login("probeResist", "file:" + file + ".not"), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, login("probeResist", "web:" + u + "/404"), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, login("probeResist", "web:" + closed), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, login("probeResist", "host:" + u), "GET /404 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        same(rows, login("probeResist", "host:" + closed), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        same(rows, plain, "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\nX-Gost-Protocol: udp\r\n\r\n");
        same(rows, fields, "CONNECT " + echo + " HTTP/1.1\r\nHost: x\r\nX-Gost-Protocol: udp\r\n\r\n");

        // A request in origin form is for its Host, as transparent use needs it.
        other(rows, plain, "GET / HTTP/1.1\r\nHost: " + u + "\r\n\r\n", ok);
        // With configured fields gost's answer depends on what it answered before.
        other(
                rows,
                fields,
                "GET / HTTP/1.1\r\nHost: bad!\r\n\r\n",
                REFUSED.replace("e\r\n\r", "e\r\nA-First: 1\r\nX-By: me\r\n\r"));
        // Malformed requests are told so.
        other(rows, plain, "GET http://" + u + "/ HTTP/1.1\r\nHost : " + u + "\r\n\r\n", REFUSED);
        other(rows, plain, "nonsense\r\n\r\n", REFUSED);
        other(rows, plain, "CONNECT x:y HTTP/1.1\r\nHost: x\r\n\r\n", REFUSED);
        other(rows, plain, "CONNECT x:70000 HTTP/1.1\r\nHost: x\r\n\r\n", REFUSED);
        other(rows, plain, "CONNECT  HTTP/1.1\r\nHost: \r\n\r\n", REFUSED);
        // What can be understood in two ways is not passed on.
        other(rows, plain, "GET http://" + u + "/ HTTP/1.1\nHost: " + u + "\n\n", REFUSED);
        other(
                rows,
                plain,
                "POST http://" + u
                        + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                REFUSED);
        other(
                rows,
                plain,
                "POST http://" + u + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody",
                REFUSED);
        // A target's Connection field is about its own connection, not the client's.
        other(
                rows,
                plain,
                "GET http://" + u + "/persists HTTP/1.1\r\nHost: " + u + "\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        // An old client that did not ask for it is not told that its connection persists.
        other(
                rows,
                plain,
                "GET http://" + u + "/ HTTP/1.0\r\nHost: " + u + "\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nX-T: 1\r\nConnection: close\r\n\r\nok");
        return rows;
    }

    private static void same(List<Row> rows, Options options, String request) {
        rows.add(new Row(options, request, null));
    }

    private static void other(List<Row> rows, Options options, String request, String ours) {
        rows.add(new Row(options, request, ours));
    }

    @Test
    void answersAreGostsByteForByteOrDeliberatelyOthers(@TempDir Path folder) throws IOException {
        Gost.assume();
        Path file = Files.writeString(folder.resolve("page.html"), "<h1>hi</h1>");
        SoftAssertions all = new SoftAssertions();
        try (Origin origin = origin();
                HttpProxy helper = HttpProxy.open()) {
            TcpServer echo = helper.rig.echo();
            List<Row> rows = table(origin, echo.address(), Gost.freeAddress(), file);
            assertThat(rows).hasSizeGreaterThan(60);
            Map<Options, List<Row>> byOptions =
                    rows.stream().collect(Collectors.groupingBy(Row::options, LinkedHashMap::new, Collectors.toList()));
            for (Map.Entry<Options, List<Row>> group : byOptions.entrySet()) {
                Address address = Gost.freeAddress();
                try (Gost gost = Gost.start(address, group.getKey().yaml(address));
                        HttpProxy ours = group.getKey().ours()) {
                    for (Row row : group.getValue()) {
                        compare(all, row, address, ours.address());
                    }
                    assertThat(gost.isAlive()).isTrue();
                }
            }
        }
        all.assertAll();
    }

    private static void compare(SoftAssertions all, Row row, Address gost, Address ours) throws IOException {
        String name = row.options().metadata() + " " + row.request();
        String theirs = ask(gost, row.request());
        String own = ask(ours, row.request());
        if (row.ours() == null) {
            all.assertThat(own).as(name).isEqualTo(theirs);
        } else {
            all.assertThat(own).as(name).isEqualTo(row.ours());
            all.assertThat(theirs).as("gost no longer differs: " + name).isNotEqualTo(row.ours());
        }
    }

    private static String ask(Address proxy, String request) throws IOException {
        try (Client client = new Client(proxy)) {
            client.send(request).socket.shutdownOutput();
            return client.rest();
        }
    }
}
