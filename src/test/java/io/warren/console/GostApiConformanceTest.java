package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.Ports;
import io.warren.fixture.Steered;
import io.warren.net.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The same requests, one after the other, to gost and to Warren: the answers are the same in status, headers that matter, shape and values. */
class GostApiConformanceTest {
    /** Ports that each server has its own of. */
    private static final List<String> PORTS = List.of("PORT_API", "PORT_A", "PORT_B", "PORT_C");

    private static final String CONFIGURATION = """
            api: {addr: "127.0.0.1:PORT_API", pathPrefix: /v, auth: {username: root, password: secret}, auther: staff}
            services:
            - name: web
              addr: 127.0.0.1:PORT_A
              handler: {type: http, chain: out}
              metadata: {enableStats: true, Labels: {Where: here}}
            - name: bare
              addr: 127.0.0.1:PORT_B
            chains:
            - name: out
              hops:
              - name: first
                resolver: names
                nodes:
                - {name: near, addr: "127.0.0.1:9", dialer: {type: tls, tls: {secure: true}}}
                - {name: far, addr: "[::1]:9", connector: {type: relay, tls: {secure: false}, metadata: {nodelay: true}}}
              - name: second
            hops:
            - name: second
              selector: {strategy: rand, maxFails: 2, failTimeout: 90s}
              nodes:
              - {name: last, addr: "127.0.0.1:9"}
            resolvers: [{name: names, nameservers: [{addr: 127.0.0.1, ttl: 1m}]}]
            authers: [{name: staff, auths: [{username: u, password: "p<&>"}], reload: 10s}]
            limiters: [{name: slow, limits: ["$ 1MB 2MB"]}]
            caches: [{name: small, memory: {ttl: 5s, maxSize: 10}}]
            quotas: [{name: much, limit: 10GB}]
            """;

    private record Ask(String method, String path, String body, Map<String, String> headers, boolean loggedIn) {
        @Override
        public String toString() {
            return method + " " + path + " " + body + " " + headers;
        }
    }

    private final List<Ask> script = new ArrayList<>();

    private void ask(String method, String path, String body) {
        script.add(new Ask(method, path, body, Map.of(), true));
    }

    private void get(String path) {
        ask("GET", path, "");
    }

    private void writeScript() {
        get("/v/config");
        get("/v/config?format=yaml");
        get("/v/config?format=other");
        for (String kind : Kinds.ALL.keySet()) {
            get("/v/config/" + kind);
            get("/v/config/" + kind + "/none");
            ask("POST", "/v/config/" + kind, "{}");
            ask("POST", "/v/config/" + kind, "");
            ask("POST", "/v/config/" + kind, "{\"name\":\" \"}");
            ask("PUT", "/v/config/" + kind + "/none", "{}");
            ask("DELETE", "/v/config/" + kind + "/none", "");
            get("/v/config/" + kind + "/");
            ask("PATCH", "/v/config/" + kind, "{}");
            ask("DELETE", "/v/config/" + kind, "");
            ask("POST", "/v/config/" + kind + "/none", "{}");
            // gost keeps a rate limiter that was made so, and forgets to show it.
            if (!kind.equals("services") && !kind.equals("rlimiters")) {
                String object = "{\"name\":\" extra \",\"memory\":{\"ttl\":5000000000},\"_id_\":1}";
                ask("POST", "/v/config/" + kind, object);
                ask("POST", "/v/config/" + kind, object);
                get("/v/config/" + kind + "/extra");
                ask(
                        "PUT",
                        "/v/config/" + kind + "/extra",
                        "{\"name\":\"other\",\"reload\":2000000000,\"memory\":{\"maxSize\":5}}");
                get("/v/config/" + kind);
                ask("DELETE", "/v/config/" + kind + "/extra", "");
            }
        }
        ask("POST", "/v/config/caches", "{\"name\":\"x\"}");
        ask("PUT", "/v/config/caches/small", "{}");
        ask("POST", "/v/config/quotas/none/reset", "{}");
        writeObjects();
        writeServices();
        ask("POST", "/v/config/reload", "");
        get("/v/config");
        for (String path : List.of(
                "/",
                "/config",
                "/v",
                "/v/config/nothing",
                "/v/config/services/a/b",
                "/v/docs",
                "/v/docs/",
                "/v/docs/none",
                "/docs/",
                "/v//config",
                "/v/./config",
                "/v/x/../config")) {
            get(path);
        }
        for (String header : List.of("http://127.0.0.1:PORT_API", "https://127.0.0.1:PORT_API", "https://ui.example")) {
            for (String method : List.of("GET", "OPTIONS")) {
                script.add(new Ask(method, "/v/config/sds", "", Map.of("Origin", header), true));
                script.add(new Ask(method, "/v/config/sds", "", Map.of("Origin", header), false));
            }
        }
        for (String login :
                List.of("Basic", "Basic !", "Basic cm9vdA==", "Bearer x", "basic cm9vdDpzZWNyZXQ=", "Basic dTpwPCY+")) {
            script.add(new Ask("GET", "/v/config/sds", "", Map.of("Authorization", login), false));
        }
    }

    private void writeObjects() {
        ask(
                "POST",
                "/v/config/authers",
                "{\"name\":\"more\",\"auths\":[{\"username\":\"A\",\"password\":\"b\"}],\"reload\":1000000000}");
        get("/v/config/authers/more");
        ask(
                "POST",
                "/v/config/bypasses",
                "{\"name\":\"by\",\"whitelist\":true,\"matchers\":[\"*.x\",\"10.0.0.0/8\"],\"unknown\":1}");
        get("/v/config/bypasses/by");
        ask("POST", "/v/config/admissions", "{\"name\":\"ad\",\"Matchers\":[\"127.0.0.1\"]}");
        get("/v/config/admissions/ad");
        ask(
                "POST",
                "/v/config/hosts",
                "{\"name\":\"ho\",\"mappings\":[{\"ip\":\"127.0.0.1\",\"hostname\":\"a\",\"aliases\":[\"b\"]}]}");
        get("/v/config/hosts/ho");
        ask(
                "POST",
                "/v/config/resolvers",
                "{\"name\":\"re\",\"nameservers\":[{\"addr\":\"127.0.0.1\",\"timeout\":1000}]}");
        get("/v/config/resolvers/re");
        ask(
                "POST",
                "/v/config/hops",
                "{\"name\":\"ho\",\"nodes\":[{\"name\":\"n\",\"addr\":\"127.0.0.1:9\"}],\"resolver\":\"re\"}");
        get("/v/config/hops/ho");
        ask(
                "POST",
                "/v/config/chains",
                "{\"name\":\"ch\",\"hops\":[{\"name\":\"ho\"},{\"name\":\"in\",\"nodes\":[{\"name\":\"n\",\"addr\":\"[::1]:9\","
                        + "\"dialer\":{\"type\":\"ws\",\"metadata\":{\"path\":\"/x\",\"N\":1.5,\"M\":7,\"T\":true}}}]}],\"metadata\":{\"A\":\"b\"}}");
        get("/v/config/chains/ch");
        ask("DELETE", "/v/config/chains/ch", "");
        get("/v/config/chains");
    }

    private void writeServices() {
        String service = "{\"name\":\" svc \",\"addr\":\"127.0.0.1:PORT_C\",\"handler\":{\"type\":\"tcp\"},"
                + "\"forwarder\":{\"nodes\":[{\"name\":\"t\",\"addr\":\"127.0.0.1:9\"}]},\"metadata\":{\"enableStats\":true},\"status\":{\"state\":\"x\"}}";
        ask("POST", "/v/config/services", service);
        ask("POST", "/v/config/services", service);
        get("/v/config/services/svc");
        ask("PUT", "/v/config/services/svc", service.replace("svc", "other").replace("true", "false"));
        get("/v/config/services/svc");
        get("/v/config/services");
        ask("DELETE", "/v/config/services/svc", "");
        get("/v/config/services");
    }

    @Test
    void everyAnswerIsWhatGostAnswers() throws Exception {
        Gost.assume();
        writeScript();
        Map<String, String> gostPorts = ports();
        Map<String, String> ours = ports();
        String yaml = fill(CONFIGURATION, gostPorts);
        int gostApi = Integer.parseInt(gostPorts.get("PORT_API"));
        try (Gost gost = Gost.start(Address.of("127.0.0.1", gostApi), yaml);
                Steered warren = Steered.start(fill(CONFIGURATION, ours))) {
            Http there = Http.to(gostApi);
            Http here = warren.api();
            List<String> differences = new ArrayList<>();
            for (Ask ask : script) {
                String expected = answer(there, ask, gostPorts);
                String got = answer(here, ask, ours);
                if (!got.equals(expected)) {
                    differences.add(ask + "\n  gost:   " + expected + "\n  Warren: " + got);
                }
            }
            assertThat(gost.isAlive()).isTrue();
            assertThat(String.join("\n", differences)).isEmpty();
            assertThat(script).hasSizeGreaterThan(300);
        }
    }

    private static Map<String, String> ports() {
        Map<String, String> ports = new LinkedHashMap<>();
        PORTS.forEach(name -> ports.put(name, String.valueOf(Ports.free())));
        return ports;
    }

    private static String fill(String text, Map<String, String> ports) {
        String filled = text;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            filled = filled.replace(port.getKey(), port.getValue());
        }
        return filled;
    }

    /** What of an answer has to be the same, as a text. */
    private static String answer(Http api, Ask ask, Map<String, String> ports) throws Exception {
        Http client = ask.loggedIn() ? api.as("root", "secret") : api;
        for (Map.Entry<String, String> header : ask.headers().entrySet()) {
            client = client.with(header.getKey(), fill(header.getValue(), ports));
        }
        Http.Answer answer = client.send(ask.method(), ask.path(), fill(ask.body(), ports));
        StringBuilder text = new StringBuilder().append(answer.status());
        for (String header : List.of(
                "Content-Type",
                "WWW-Authenticate",
                "Location",
                "Access-Control-Allow-Origin",
                "Access-Control-Allow-Methods",
                "Access-Control-Allow-Headers",
                "Access-Control-Allow-Private-Network")) {
            Optional<String> value = answer.header(header);
            // The page behind a redirection is nobody's business.
            if (answer.status() / 100 != 3 || !header.equals("Content-Type")) {
                value.ifPresent(
                        v -> text.append(" ").append(header).append(": ").append(v));
            }
        }
        return text.append(' ')
                .append(answer.status() / 100 == 3 ? "" : body(answer, ports))
                .toString();
    }

    private static String body(Http.Answer answer, Map<String, String> ports) {
        String body = answer.body();
        if (answer.header("Content-Type").orElse("").startsWith("application/json")) {
            // The text of the whole configuration, too: indentation and order of keys are gost's.
            body = body.startsWith("{\n") ? body : Json.encode(Json.decodeValue(body));
        }
        for (Map.Entry<String, String> port : ports.entrySet()) {
            body = body.replace(port.getValue(), port.getKey());
        }
        // Nobody counts for quotas here yet.
        return body.replaceAll(",\"status\":\\{\"used\"[^}]*}", "")
                .replaceAll("(createTime|time)(\"?: ?)\\d+", "$1$2TIME");
    }
}
