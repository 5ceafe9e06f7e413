package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import io.warren.fixture.Browser;
import io.warren.fixture.Gost;
import io.warren.fixture.Ports;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The public gost-ui, as it is built for its pages, in a browser: {@code GOST_UI} names the directory with its {@code index.html}. */
class GostUiTest {
    private static final Path SCREENS = Path.of("target/screens");

    private static final String ROW =
            "[...document.querySelectorAll('tr')].find(r => r.innerText.includes('web-proxy'))";

    /** Some verbs ask again. */
    private static void confirm(Browser browser) throws Exception {
        browser.eval("new Promise(r => setTimeout(r, 500))");
        browser.eval(
                "document.querySelector('.ant-popconfirm-buttons .ant-btn-primary, .ant-modal-confirm-btns .ant-btn-primary')?.click()");
    }

    private static void aServiceIsMadeChangedAndDeleted(Browser browser) throws Exception {
        int port = Ports.free();
        int moved = Ports.free();
        browser.eval(
                "[...document.querySelectorAll('.ant-card')].find(c => c.innerText.includes('web-proxy')).querySelector('.anticon-plus').closest('button').click()");
        write(browser, service(port));
        browser.until(row("made-there"));
        Until.holds(() -> Gost.isOpen(port));
        browser.eval(row("made-there") + ".querySelector('.anticon-edit').closest('button').click()");
        write(browser, service(moved));
        Until.holds(() -> Gost.isOpen(moved) && !Gost.isOpen(port));
        browser.until(row("made-there") + ".innerText.includes('ready')");
        browser.screenshot(SCREENS.resolve("gost-ui-made.png"));
        browser.eval(row("made-there") + ".querySelector('.anticon-delete').closest('button').click()");
        browser.until("document.querySelector('.ant-popconfirm-buttons .ant-btn-primary')");
        browser.eval("document.querySelector('.ant-popconfirm-buttons .ant-btn-primary').click()");
        Until.holds(() -> !Gost.isOpen(moved));
        browser.until("!" + row("made-there"));
    }

    private static String service(int port) {
        return new JsonObject()
                .put("name", "made-there")
                .put("addr", "127.0.0.1:" + port)
                .put("handler", new JsonObject().put("type", "socks5"))
                .put("listener", new JsonObject().put("type", "tcp"))
                .encode();
    }

    private static String row(String name) {
        return "[...document.querySelectorAll('tr')].find(r => r.innerText.includes('" + name + "'))";
    }

    /** Into its dialog, whose editor is a plain field where the one from elsewhere is out of reach. */
    private static void write(Browser browser, String json) throws Exception {
        browser.until(
                "document.querySelector('.ant-modal textarea') && document.querySelector('.ant-modal-footer .ant-btn-primary')");
        browser.eval("""
                (() => {
                  if (window.monaco) return monaco.editor.getEditors().pop().setValue(TEXT);
                  const area = document.querySelector('.ant-modal textarea');
                  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(area, TEXT);
                  area.dispatchEvent(new Event('input', {bubbles: true}));
                })()""".replace("TEXT", new JsonArray().add(json).encode() + "[0]"));
        browser.eval("document.querySelector('.ant-modal-footer .ant-btn-primary').click()");
        browser.until("![...document.querySelectorAll('.ant-modal')].some(m => m.getClientRects().length)");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void itLogsInShowsEverythingAndChangesIt() throws Exception {
        Optional<String> directory = Optional.ofNullable(System.getenv("GOST_UI"));
        Assumptions.assumeTrue(directory.isPresent(), "GOST_UI is not set");
        int port = Ports.free();
        Vertx vertx = Vertx.vertx();
        try (Steered warren = Steered.start("""
                api: {addr: "127.0.0.1:0", auth: {username: u, password: p}}
                services:
                - {name: web-proxy, addr: "127.0.0.1:PORT", handler: {type: http, chain: chain-one}, metadata: {enableStats: true}}
                chains: [{name: chain-one, hops: [{name: hop-one, nodes: [{name: node-one, addr: "127.0.0.1:9"}]}]}]
                hops: [{name: hop-two, nodes: [{name: node-two, addr: "127.0.0.1:9"}]}]
                authers: [{name: auther-one, auths: [{username: a, password: b}]}]
                limiters: [{name: limiter-one, limits: ["$ 1MB"]}]
                """.replace("PORT", String.valueOf(port)));
                Browser browser = Browser.start(1400, 1400)) {
            Router router = Router.router(vertx);
            router.route().handler(StaticHandler.create(FileSystemAccess.ROOT, directory.get()));
            int ui = Until.done(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                    .actualPort();
            String api = "127.0.0.1:" + warren.steering().api().orElseThrow().port();
            browser.open("http://127.0.0.1:" + ui + "/?api=http://" + api + "&username=u&password=p");
            for (String shown :
                    new String[] {"web-proxy", "chain-one", "hop-two", "auther-one", "limiter-one", "ready"}) {
                browser.untilShown(shown);
            }
            browser.screenshot(SCREENS.resolve("gost-ui.png"));
            assertThat(Gost.isOpen(port)).isTrue();
            assertThat(Files.isRegularFile(SCREENS.resolve("gost-ui.png"))).isTrue();
            browser.eval(ROW + ".querySelector('button[title=Disable]').click()");
            confirm(browser);
            Until.holds(() -> !Gost.isOpen(port));
            browser.until(ROW + ".innerText.includes('disable')");
            browser.eval(ROW + ".querySelector('button').click()");
            confirm(browser);
            Until.holds(() -> Gost.isOpen(port));
            browser.until(ROW + ".innerText.includes('ready')");
            browser.eval(
                    "[...document.querySelectorAll('button')].find(b => b.innerText.includes('Save to server')).click()");
            Until.holds(() -> read(warren.file()).contains("enableStats"));
            browser.screenshot(SCREENS.resolve("gost-ui-changed.png"));
            aServiceIsMadeChangedAndDeleted(browser);
            // Its editor comes from elsewhere, and may be out of reach.
            String ours = "\"url\":\"http://" + api;
            assertThat(browser.complaints()).noneMatch(said -> said.contains(ours));
        } finally {
            Until.done(vertx.close());
        }
    }
}
