package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.warren.fixture.Http;
import io.warren.fixture.Steered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Who may do what over the console, and what nobody may. */
class ConsoleSecurityTest {
    @TempDir
    private static Path state;

    private static Steered warren;

    @BeforeAll
    static void start() throws Exception {
        warren = start(state);
    }

    private static Steered start(Path state) throws Exception {
        return Steered.start("""
                console:
                  addr: 127.0.0.1:0
                  state: STATE
                  users:
                  - {username: root, password: toor-toor, role: admin}
                  - {username: olga, password: operator, role: operator}
                  - {username: vera, password: viewer}
                services:
                - name: proxy
                  addr: 127.0.0.1:0
                  handler: {type: http, auth: {username: alice, password: wonderland}}
                  listener: {type: tcp}
                """.replace("STATE", state.toString()));
    }

    @AfterAll
    static void stop() {
        warren.close();
    }

    private static Http console() {
        return console(warren);
    }

    private static Http console(Steered of) {
        return Http.to(of.steering().console().orElseThrow().port());
    }

    @Test
    void withoutALogInThereAreProbesAndTheDescriptionOnly() throws Exception {
        assertThat(console().get("/cluster/live").body()).isEqualTo("live\n");
        assertThat(console().get("/cluster/ready").status()).isEqualTo(200);
        assertThat(console().get("/cluster/openapi.yaml").status()).isEqualTo(200);
        for (String path : List.of("/cluster/overview", "/cluster/stream", "/cluster/config", "/cluster/nothing")) {
            assertThat(console().get(path).status()).as(path).isEqualTo(401);
        }
        assertThat(console().as("root", "wrong").get("/cluster/overview").status())
                .isEqualTo(401);
        assertThat(console().as("nobody", "toor-toor").get("/cluster/overview").status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "vera, viewer, GET, /cluster/overview, 200",
        "vera, viewer, GET, /cluster/config, 200",
        "vera, viewer, POST, /cluster/reload, 403",
        "vera, viewer, DELETE, /cluster/connections/x, 403",
        "olga, operator, POST, /cluster/agents/x@y/kick, 200",
        "olga, operator, DELETE, /cluster/config/services/proxy, 403",
        "olga, operator, PUT, /cluster/config, 403",
        "root, toor-toor, DELETE, /cluster/config/services/nothing, 404",
    })
    void aRoleMayWhatIsItsOwn(String user, String password, String method, String path, int status) throws Exception {
        assertThat(console().as(user, password).send(method, path, "").status()).isEqualTo(status);
        assertThat(warren.warren().address("proxy")).isPresent();
    }

    @Test
    void aBrowserNeedsItsCookieAndForChangesItsToken() throws Exception {
        Http.Answer login = console()
                .with("Content-Type", "application/json")
                .post("/cluster/session", "{\"user\": \"root\", \"password\": \"toor-toor\"}");
        assertThat(login.status()).as(login.body()).isEqualTo(200);
        String cookie = login.header("set-cookie").orElseThrow();
        assertThat(cookie).contains("HTTPOnly", "SameSite=Strict", "Path=/");
        Http browser = console().with("Cookie", cookie.substring(0, cookie.indexOf(';')));
        assertThat(browser.get("/cluster/session").json().getString("user")).isEqualTo("root");
        assertThat(browser.post("/cluster/reload", "").status()).isEqualTo(403);
        assertThat(browser.with("X-CSRF-Token", "guessed")
                        .post("/cluster/reload", "")
                        .status())
                .isEqualTo(403);
        Http script = browser.with("X-CSRF-Token", login.json().getString("csrf"));
        assertThat(script.post("/cluster/reload", "").status()).isEqualTo(200);
        assertThat(script.delete("/cluster/session").status()).isEqualTo(204);
        assertThat(browser.get("/cluster/overview").status()).isEqualTo(401);
    }

    @Test
    void whoHasANameOfSymbolsIsRefusedAsEverybodyElse() throws Exception {
        String symbols = "\ud83d\udc07".repeat(3);
        assertThat(console()
                        .with("Content-Type", "application/json")
                        .post("/cluster/session", "{\"user\": \"" + symbols + "\", \"password\": \"x\"}")
                        .status())
                .isEqualTo(401);
        assertThat(console().as("root", "toor-toor").get("/cluster/events").body())
                .contains("\"by\":\"???\"");
    }

    @Test
    void whatIsNoNameAndPasswordIsNoWrongPassword(@TempDir Path own) throws Exception {
        try (Steered other = start(own)) {
            for (int i = 0; i < 10; i++) {
                Http.Answer refused = console(other)
                        .with("Content-Type", "application/json")
                        .post("/cluster/session", "{\"user\": 1, \"password\": {}}");
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.body()).contains("user: expected a text");
            }
            assertThat(console(other)
                            .as("root", "toor-toor")
                            .get("/cluster/overview")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aFormOfAnotherSiteCannotLogIn() throws Exception {
        assertThat(console()
                        .with("Content-Type", "text/plain")
                        .post("/cluster/session", "{\"user\": \"root\", \"password\": \"toor-toor\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void wrongPasswordsHaveToWaitAndTheRightOneToo(@TempDir Path own) throws Exception {
        try (Steered other = start(own)) {
            for (int i = 0; i < 6; i++) {
                assertThat(console(other)
                                .as("root", "wrong" + i)
                                .get("/cluster/overview")
                                .status())
                        .isEqualTo(401);
            }
            Http.Answer refused = console(other).as("root", "toor-toor").get("/cluster/overview");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow()))
                    .isBetween(1, 60);
        }
    }

    @Test
    void everyAnswerTellsBrowsersToLoadNothingFromElsewhere() throws Exception {
        for (Http.Answer answer : List.of(
                console().get("/cluster/live"),
                console().get("/cluster/overview"),
                console().as("root", "toor-toor").get("/cluster/overview"),
                console().get("/nothing"))) {
            assertThat(answer.header("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.header("Cache-Control")).contains("no-store");
        }
    }

    @Test
    void secretsAreShownToNobody() throws Exception {
        Http root = console().as("root", "toor-toor");
        for (String path : List.of(
                "/cluster/config",
                "/cluster/config?format=yaml",
                "/cluster/config/services",
                "/cluster/config/services/proxy?format=yaml",
                "/cluster/config/history",
                "/cluster/config/history/1",
                "/cluster/logs?limit=1000",
                "/cluster/events?limit=1000")) {
            Http.Answer answer = root.get(path);
            assertThat(answer.status()).as(path + answer.body()).isEqualTo(200);
            assertThat(answer.body()).as(path).doesNotContain("wonderland", "toor-toor");
        }
        assertThat(root.get("/cluster/config").body()).contains("******");
    }

    @Test
    void whatWasMadeIsThereAfterAReloadAndAfterARestart(@TempDir Path own) throws Exception {
        try (Steered first = start(own)) {
            Http root = console(first).as("root", "toor-toor");
            String auther = "{name: staff, auths: [{username: bob, password: builder}]}";
            String service =
                    "{name: made, addr: \"127.0.0.1:0\", handler: {type: http, auther: staff}, listener: {type: tcp}}";
            assertThat(root.post("/cluster/config/authers", auther).status()).isEqualTo(200);
            assertThat(root.post("/cluster/config/services", service).status()).isEqualTo(200);
            assertThat(root.post("/cluster/config/services", service.replace("made", "silent"))
                            .status())
                    .isEqualTo(200);
            assertThat(root.post("/cluster/services/silent/disable", "").status())
                    .isEqualTo(200);
            assertThat(root.delete("/cluster/config/services/proxy").status()).isEqualTo(200);
            assertThat(root.post("/cluster/reload", "").status()).isEqualTo(200);
            assertThat(first.warren().address("made")).isPresent();
            assertThat(first.warren().address("silent")).isEmpty();
            assertThat(first.warren().address("proxy")).isEmpty();
        }
        try (Steered second = start(own)) {
            assertThat(second.warren().address("made")).isPresent();
            assertThat(second.warren().address("silent")).isEmpty();
            assertThat(console(second)
                            .as("root", "toor-toor")
                            .post("/cluster/services/silent/enable", "")
                            .status())
                    .isEqualTo(200);
            assertThat(second.warren().address("silent")).isPresent();
            assertThat(second.warren().address("proxy")).isEmpty();
            assertThat(Files.getPosixFilePermissions(own.resolve("orders.json")))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            assertThat(console(second)
                            .as("root", "toor-toor")
                            .get("/cluster/config/history")
                            .json()
                            .getJsonArray("items"))
                    .hasSizeGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void theDescriptionHasExactlyTheRoutesThatThereAre() throws Exception {
        String text = console().get("/cluster/openapi.yaml").body();
        Map<String, Map<String, Map<String, ?>>> paths = paths(text);
        TreeSet<String> described = new TreeSet<>();
        paths.forEach((path, methods) -> methods.keySet()
                .forEach(method -> described.add(
                        method.toUpperCase(java.util.Locale.ROOT) + " " + path.replaceAll("\\{(\\w+)}", ":$1"))));
        ClusterApi api = new ClusterApi(null, () -> null);
        api.mount(Router.router(warren.vertx()));
        assertThat(described).containsExactlyElementsOf(new TreeSet<>(api.routes()));
        paths.forEach((path, methods) -> methods.forEach((method, operation) ->
                assertThat(operation.get("operationId")).as(method + " " + path).isNotNull()));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Map<String, ?>>> paths(String text) {
        Map<String, Object> document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return (Map<String, Map<String, Map<String, ?>>>) document.get("paths");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /cluster/agents/x/kick | {\"for\": \"soon\"} | 400",
                "POST | /cluster/agents/x/kick | {\"four\": \"1s\"} | 400",
                "POST | /cluster/agents/x/kick | [] | 400",
                "POST | /cluster/agents/x/kick | {\"for\": {}} | 400",
                "POST | /cluster/connections/close | {} | 400",
                "POST | /cluster/connections/close | {\"servise\": \"x\"} | 400",
                "POST | /cluster/connections/close | {\"all\": true, \"sid\": \"x\"} | 400",
                "PUT | /cluster/endpoints/x/weight | {\"agent\": \"a\", \"weight\": -1} | 400",
                "PUT | /cluster/endpoints/x/weight | {\"agent\": \"a\", \"weight\": 1e99} | 400",
                "PUT | /cluster/endpoints/x/limit | {\"in\": \"100k\"} | 400",
                "PUT | /cluster/endpoints/x/limit | {\"out\": -1} | 400",
                "PUT | /cluster/log-level | {\"level\": \"loud\"} | 400",
                "GET | /cluster/connections?limit=5000 | '' | 400",
                "GET | /cluster/connections?limit=-1 | '' | 400",
                "GET | /cluster/connections?servise=x | '' | 400",
                "GET | /cluster/connections?sort=a;b | '' | 400",
                "GET | /cluster/stats?step=1y | '' | 400",
                "GET | /cluster/config/secrets | '' | 404",
                "GET | /cluster/config?member=nobody | '' | 404",
                "GET | /cluster/config/history/99 | '' | 404",
                "GET | /cluster/config/history/x | '' | 404",
                "GET | /cluster/config?format=xml | '' | 400",
                "POST | /cluster/config/services | { | 422",
                "POST | /cluster/config/services | '' | 422",
                "PUT | /cluster/config/services/proxy | {handler: {auth: {password: ******}}} | 422",
                "POST | /cluster/config/authers | {name: a, auths: [{username: b, password: \"******\"}]} | 409",
                "POST | /cluster/members/nobody/drain | '' | 404",
                "PATCH | /cluster/overview | '' | 404",
                "GET | /cluster/../config | '' | 404",
                "GET | /cluster/%2e%2e/%2e%2e/etc/passwd | '' | 404",
                "GET | /cluster/%00 | '' | 404",
            })
    void whatMakesNoSenseIsRefusedAndChangesNothing(String method, String path, String body, int status)
            throws Exception {
        JsonObject before = configuration();
        Http.Answer answer = console().as("root", "toor-toor").send(method, path, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(configuration()).isEqualTo(before);
    }

    private JsonObject configuration() throws Exception {
        return console().as("vera", "viewer").get("/cluster/config").json();
    }
}
