package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Http;
import io.warren.fixture.LogLines;
import io.warren.fixture.Ports;
import io.warren.fixture.Rig;
import io.warren.fixture.Steered;
import io.warren.net.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Ten thousand requests that want no good: none finds a fault of ours, none changes anything. */
class HostileRequestsTest {
    private static final int REQUESTS = 10_000;
    private static final int MAX_ANSWER = 1 << 16;
    private static final String LOGIN = "Authorization: Basic "
            + Base64.getEncoder().encodeToString("root:secret".getBytes(StandardCharsets.US_ASCII)) + "\r\n";
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "CONNECT", "OPTIONS", "FOO", "get", "");
    private static final List<String> SEGMENTS = List.of(
            "config",
            "services",
            "chains",
            "..",
            ".",
            "",
            "%2e%2e",
            "%2f",
            "%00",
            "%",
            "%zz",
            "%c0%af",
            "reload",
            "web",
            "quotas",
            "reset",
            "docs",
            "swagger.yaml",
            "\u00e9",
            "a;b",
            "a\\b",
            "*",
            "~",
            "config%2fservices",
            "etc",
            "passwd");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "1e999",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[[[[]]]]",
            "{\"a\":{\"b\":[1,2,{}]}}",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "99999999999999999999999999",
            "0.1",
            "\"*anchor\"",
            "\"&a\"",
            "\"<<\"",
            "[null,null]",
            "{\"<<\":{\"name\":\"y\"}}");
    private static final List<String> KEYS = List.of(
            "name",
            "addr",
            "handler",
            "metadata",
            "forwarder",
            "status",
            "_id_",
            "retries",
            "chain",
            "tls",
            "nodes",
            "auths",
            "",
            "<<",
            "Name",
            "recorders",
            "limiter",
            "matchers");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String path() {
        StringBuilder path = new StringBuilder(random.nextInt(20) == 0 ? "" : "/");
        int segments = random.nextInt(6);
        for (int i = 0; i < segments; i++) {
            path.append(any(SEGMENTS)).append(random.nextInt(8) == 0 ? "//" : "/");
        }
        if (random.nextInt(50) == 0) {
            path.append("a".repeat(random.nextInt(20_000)));
        }
        return path
                + any(List.of("", "?", "?format=yaml", "?path=../../../../tmp/x", "?%", "#x", "?a=" + "b".repeat(300)));
    }

    private static String request(String method, String path, String headers, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** Never a body that could be accepted: there is no such listener, no such name to replace, and the name to make is taken. */
    private String junk(String certain) {
        StringBuilder body = new StringBuilder("{").append(certain);
        int more = random.nextInt(8);
        for (int i = 0; i < more; i++) {
            String key = any(KEYS);
            boolean again = key.equalsIgnoreCase("name") || key.equals("<<");
            body.append(",\"").append(again ? "x" + key : key).append("\":").append(any(VALUES));
        }
        return body.append('}').toString();
    }

    private String wrongLogin() {
        return any(List.of(
                "",
                LOGIN.replace("cm9", ""),
                LOGIN.replace("cm9", "!"),
                "Authorization: Basic\r\n",
                "Authorization: Basic Og==\r\n"));
    }

    private String broken(String body) {
        int cut = random.nextInt(body.length());
        return switch (random.nextInt(4)) {
            case 0 -> body.substring(0, cut);
            case 1 -> body.substring(0, cut) + "\u0001" + body.substring(cut);
            case 2 -> body + body;
            default -> "[" + body + "]";
        };
    }

    private String nested(int depth) {
        String open = any(List.of("[", "{\"handler\":", "{\"a\":"));
        return "{\"name\":\"deep\",\"listener\":{\"type\":\"nope\"},\"x\":" + open.repeat(depth);
    }

    private String next(int number) {
        String nope = "\"name\":\"new\",\"listener\":{\"type\":\"nope\"}";
        if (number % 1000 == 0) {
            return request("POST", "/config/services", LOGIN, " ".repeat(5 << 20) + "{}");
        }
        return switch (number % 10) {
            case 0 -> request(any(METHODS), path(), "", junk(nope));
            case 1 ->
                request(
                        "POST",
                        any(List.of("/config/authers", "/config/services", "/config/reload")),
                        wrongLogin(),
                        "{\"name\":\"intruder\"}");
            case 2 -> request("POST", "/config/services", LOGIN, junk(nope));
            case 3 -> request("PUT", "/config/services/web", LOGIN, junk(nope));
            case 4 ->
                request("PUT", "/config/" + any(List.copyOf(Kinds.ALL.keySet())) + "/none", LOGIN, junk("\"a\":1"));
            case 5 -> request("POST", "/config/authers", LOGIN, junk("\"name\":\"staff\""));
            case 6 -> request("POST", "/config/services", LOGIN, broken(junk(nope)));
            case 7 -> request("POST", "/config/services", LOGIN, nested(1 + random.nextInt(3000)));
            case 8 ->
                request("GET", path(), LOGIN + "X: " + "y".repeat(random.nextInt(20) == 0 ? 40_000 : 10) + "\r\n", "");
            default -> noise();
        };
    }

    /** Not quite HTTP. */
    private String noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        String garbage = new String(bytes, StandardCharsets.ISO_8859_1);
        return switch (random.nextInt(5)) {
            case 0 -> garbage + "\r\n\r\n";
            case 1 -> "GET /config HTTP/9.9\r\n\r\n";
            case 2 ->
                "POST /config/services HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + LOGIN + "\r\nzz\r\n"
                        + garbage;
            case 3 -> "POST /config/services HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n" + LOGIN + "\r\n" + garbage;
            default ->
                "GET /config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + garbage.replace("\r", "").replace("\n", "") + "\r\n\r\n";
        };
    }

    private static int status(int port, String request, boolean whole) throws IOException {
        try (Socket socket = Rig.connect(Address.of("127.0.0.1", port))) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                if (!whole) {
                    socket.shutdownOutput();
                }
            } catch (IOException closedByTheServer) {
                // It need not read what it refuses.
            }
            String answer = new String(read(socket.getInputStream()), StandardCharsets.ISO_8859_1);
            return answer.startsWith("HTTP/1.") ? Integer.parseInt(answer.substring(9, 12)) : 0;
        }
    }

    private static byte[] read(InputStream in) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            byte[] some = new byte[8192];
            for (int n = in.read(some); n >= 0 && all.size() < MAX_ANSWER; n = in.read(some)) {
                all.write(some, 0, n);
            }
        } catch (IOException reset) {
            // What came before counts.
        }
        return all.toByteArray();
    }

    @Test
    void noneFindsAFaultAndNoneChangesAnything() throws Exception {
        Map<Integer, Integer> statuses = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        try (LogLines log = LogLines.record();
                Steered warren = Steered.start("""
                api: {addr: "127.0.0.1:0", auth: {username: root, password: secret}}
                services: [{name: web, addr: "127.0.0.1:PORT", handler: {type: http}}]
                authers: [{name: staff}]
                """.replace("PORT", String.valueOf(Ports.free())))) {
            Http api = warren.api().as("root", "secret");
            String before = api.get("/config").body();
            int port = warren.steering().api().orElseThrow().port();
            for (int i = 0; i < REQUESTS; i++) {
                String request = next(i);
                int status = status(port, request, i % 10 != 9);
                statuses.merge(status, 1, Integer::sum);
                if (status >= 500) {
                    faults.add(status + " for " + request.substring(0, Math.min(300, request.length())));
                }
            }
            assertThat(faults).as("seed " + seed + " " + statuses).isEmpty();
            assertThat(statuses).as("seed " + seed).containsKeys(400, 401, 404, 413);
            assertThat(api.get("/config").body()).as("seed " + seed).isEqualTo(before);
            log.areQuiet();
        }
    }
}
