package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.warren.catalog.Catalog;
import io.warren.fixture.Http;
import io.warren.fixture.Node;
import io.warren.net.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard's files: how they are served, and what can be said of them without a browser. */
class DashboardTest {
    private static final Path WEB = Path.of("src/main/resources/console/web");
    private static final double READABLE = 4.5;
    private static final double VISIBLE = 3;

    /** Its name, and its groups for {@link #LIGHT} and {@link #DARK}. */
    private static final Pattern COLOUR =
            Pattern.compile("--([a-z0-9-]+): light-dark\\((#[0-9a-f]{6,8}), (#[0-9a-f]{6,8})\\);");

    private static final int LIGHT = 2;
    private static final int DARK = 3;

    private static Vertx vertx;
    private static Http http;

    @BeforeAll
    static void serve() throws Exception {
        vertx = Vertx.vertx();
        WebServer server = Node.await(
                WebServer.start(vertx, "@console", Address.of("127.0.0.1", 0), false, List.of(new Dashboard())));
        http = Http.to(server.address().port());
    }

    @AfterAll
    static void stop() throws Exception {
        Node.await(vertx.close());
    }

    @Test
    void pageIsServedAndKeptUntilItChanges() throws Exception {
        Http.Answer page = http.get("/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.header("Cache-Control")).hasValue("no-cache");
        Http.Answer again =
                http.with("If-None-Match", page.header("ETag").orElseThrow()).get("/");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void everyFileIsServedWithItsType() throws Exception {
        Map<String, String> types =
                Map.of("css", "text/css", "js", "text/javascript", "svg", "image/svg+xml", "woff2", "font/woff2");
        int served = 0;
        for (Path file : files()) {
            String name = WEB.relativize(file).toString();
            if (name.equals("index.html")) {
                continue;
            }
            Http.Answer answer = http.get("/ui/" + name);
            assertThat(answer.status()).as(name).isEqualTo(200);
            assertThat(answer.header("Content-Type").orElseThrow())
                    .as(name)
                    .startsWith(types.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain"));
            served++;
        }
        assertThat(served).isGreaterThan(30);
    }

    @Test
    void nothingElseIsServed() throws Exception {
        for (String path : List.of(
                "/ui/",
                "/ui/nothing.js",
                "/ui/../openapi.yaml",
                "/ui/%2e%2e/openapi.yaml",
                "/ui/..%2fopenapi.yaml",
                "/ui/index.html",
                "/ui/js",
                "/ui/js/",
                "/ui//js/main.js",
                "/ui/js/main.js/",
                "/ui/js/main.class",
                "/ui/%00.js",
                "/index.html",
                "/console/web/index.html")) {
            assertThat(http.get(path).status()).as(path).isIn(400, 404);
        }
        assertThat(http.post("/", "x").status()).isEqualTo(404);
    }

    @Test
    void everythingThatAFileNamesIsThereAndNothingIsFromElsewhere() throws IOException {
        Pattern imported = Pattern.compile("(?:from|import)\\s+'(\\.[^']+)'");
        Pattern linked = Pattern.compile("(?:href|src)=\"(ui/[^\"]+)\"");
        Pattern styled = Pattern.compile("url\\(\"([^\"]+)\"\\)");
        int found = 0;
        for (Path file : files()) {
            if (file.toString().endsWith(".woff2") || file.toString().endsWith(".txt")) {
                continue;
            }
            String text = Files.readString(file);
            for (MatchResult m : imported.matcher(text).results().toList()) {
                assertThat(file.resolveSibling(m.group(1)).normalize())
                        .as(file.toString())
                        .exists();
                found++;
            }
            for (MatchResult m : styled.matcher(text).results().toList()) {
                assertThat(file.resolveSibling(m.group(1)).normalize())
                        .as(file.toString())
                        .exists();
                found++;
            }
            for (MatchResult m : linked.matcher(text).results().toList()) {
                assertThat(WEB.resolve(m.group(1).substring("ui/".length()))).exists();
                found++;
            }
            assertThat(text.replace("http://www.w3.org/2000/svg", ""))
                    .as(file.toString())
                    .doesNotContainPattern("https?://(?!host)");
            assertThat(text)
                    .as(file + ": nothing may become markup or code")
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
                    .doesNotContain("new Function");
        }
        assertThat(found).isGreaterThan(60);
    }

    @Test
    void pageHasNoScriptOrStyleOfItsOwn() throws IOException {
        String page = Files.readString(WEB.resolve("index.html"));
        assertThat(page).doesNotContain("<style", "style=").doesNotContainPattern("\\son[a-z]+=");
        assertThat(page).doesNotContainPattern("<script(?![^>]*src=)");
    }

    @Test
    void formsSuggestWhatTheCatalogueHas() throws Exception {
        JsonObject components = http.get("/ui/components.json").json();
        assertThat(components.getJsonArray("handlers").stream().toList())
                .isEqualTo(List.copyOf(Catalog.ALL.handlers()));
        assertThat(components.getJsonArray("dialers").stream().toList()).isEqualTo(List.copyOf(Catalog.ALL.dialers()));
    }

    // --- Colours

    @Test
    void textIsReadableInLightAndDark() throws IOException {
        for (Map<String, String> colours : List.of(colours(LIGHT), colours(DARK))) {
            for (String ground : List.of("ground", "surface", "sunken", "hover")) {
                for (String text : List.of("text", "text-2", "text-3")) {
                    contrast(colours, text, ground, READABLE);
                }
            }
            for (String ground : List.of("ground", "surface", "hover", "accent-soft")) {
                contrast(colours, "accent", ground, READABLE);
                contrast(colours, "accent-strong", ground, READABLE);
            }
            for (String status : List.of("ok", "warn", "bad", "info")) {
                contrast(colours, status, status + "-soft", READABLE);
                contrast(colours, status, "surface", READABLE);
            }
            contrast(colours, "on-accent", "accent", READABLE);
            contrast(colours, "on-accent", "accent-strong", READABLE);
            contrast(colours, "text", "ok-soft", READABLE);
            contrast(colours, "text", "bad-soft", READABLE);
            contrast(colours, "text-3", "ok-soft", READABLE);
            contrast(colours, "text-3", "bad-soft", READABLE);
            assertThat(ratio("#ffffff", colours.get("danger"))).isGreaterThanOrEqualTo(READABLE);
            for (String mark : List.of(
                    "control-line",
                    "ok-mark",
                    "warn-mark",
                    "bad-mark",
                    "series-1",
                    "series-2",
                    "series-3",
                    "series-4")) {
                contrast(colours, mark, "surface", mark.equals("warn-mark") ? 2.8 : VISIBLE);
            }
        }
    }

    /** A browser that prefers dark and one that was told so see the same: there is no other set. */
    @Test
    void everyColourIsOneForLightAndOneForDark() throws IOException {
        assertThat(colours(DARK)).hasSizeGreaterThan(25);
        assertThat(tokens().replaceAll("light-dark\\([^)]+\\)", ""))
                .doesNotContainPattern("#[0-9a-f]{3,8}\\b")
                .doesNotContain("prefers-color-scheme")
                .contains(":root {\n  color-scheme: light dark;\n")
                .contains(":root[data-theme=\"light\"] {\n  color-scheme: light;\n}")
                .contains(":root[data-theme=\"dark\"] {\n  color-scheme: dark;\n}");
    }

    private static String tokens() throws IOException {
        return Files.readString(WEB.resolve("css/tokens.css"));
    }

    private static Map<String, String> colours(int scheme) throws IOException {
        Map<String, String> colours = new LinkedHashMap<>();
        COLOUR.matcher(tokens()).results().forEach(m -> colours.put(m.group(1), m.group(scheme)));
        return colours;
    }

    private static void contrast(Map<String, String> colours, String front, String back, double least) {
        assertThat(ratio(colours.get(front), colours.get(back)))
                .as("%s %s on %s %s", front, colours.get(front), back, colours.get(back))
                .isGreaterThanOrEqualTo(least);
    }

    /** WCAG 2.2, contrast ratio. */
    private static double ratio(String one, String other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(String colour) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double c = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(WEB)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
