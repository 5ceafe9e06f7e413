package io.warren.it;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The dashboard as somebody uses it who goes by what things are called. */
final class Page {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long TRY_AGAIN_MS = 50;
    private static final int LONGEST = 2400;
    private static final int MOST_CONTROLS = 200;

    /** What lies on top, and a control in it by its name. */
    private static final String FINDS = """
            const scope = () => [...document.querySelectorAll('dialog[open], .menu')].pop() ?? document;
            const named = (e) => (e.getAttribute('aria-label') ?? e.innerText ?? '').trim();
            const seen = (e) => e.getClientRects().length > 0 && !e.disabled;
            const control = (name) => [...scope().querySelectorAll('button, a[href]')].find((e) => named(e) === name && seen(e));
            const field = (name) => {
              const label = [...scope().querySelectorAll('label')].find((l) => l.innerText.trim() === name && seen(l));
              return label ? document.getElementById(label.htmlFor) : [...scope().querySelectorAll('input, select, textarea')].find((e) => e.getAttribute('aria-label') === name && seen(e));
            };
            const row = (text) => [...document.querySelectorAll('tbody tr')].find((r) => r.innerText.includes(text));
            """;

    private final Browser browser;

    Page(Browser browser) {
        this.browser = browser;
    }

    static String quoted(String text) {
        return new JsonArray().add(text).encode() + "[0]";
    }

    @CanIgnoreReturnValue
    Object run(String body) throws Exception {
        return browser.eval("(() => {" + FINDS + body + "})()");
    }

    boolean holds(String expression) throws Exception {
        try {
            return Boolean.TRUE.equals(run("return Boolean(" + expression + ")"));
        } catch (IOException whileAnotherPageTakesItsPlace) {
            return false;
        }
    }

    void until(String expression) throws Exception {
        within(PATIENCE, expression);
    }

    void within(Duration patience, String expression) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds(expression)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience + ": " + expression + "\nthe page says: "
                        + browser.text() + "\ncomplaints: " + browser.complaints());
            }
            TimeUnit.MILLISECONDS.sleep(TRY_AGAIN_MS);
        }
    }

    void shows(String text) throws Exception {
        until("document.body.innerText.includes(" + quoted(text) + ")");
    }

    void showsNoMore(String text) throws Exception {
        until("!document.body.innerText.includes(" + quoted(text) + ")");
    }

    void open(String url) throws Exception {
        browser.open(url);
        until("document.readyState === 'complete' && document.querySelector('#app main')");
    }

    /** Logs in; whoever is logged in is logged out before. */
    void enter(String url, String user, String password) throws Exception {
        browser.call("Network.clearBrowserCookies", new JsonObject());
        open(url);
        until("document.getElementById('password')");
        fill("User", user);
        fill("Password", password);
        press("Log in");
    }

    /** A page of the dashboard, {@code connections?user=alice}. */
    void go(String page) throws Exception {
        run("location.hash = " + quoted("#/" + page));
        until(
                "document.querySelector('#main')?.innerText.trim() && !document.querySelector('#main [aria-label=Loading]')");
    }

    void press(String name) throws Exception {
        String click = "const c = control(" + quoted(name) + "); c?.click(); return Boolean(c)";
        do {
            until("control(" + quoted(name) + ")");
            // The page may have made it grey in between.
        } while (!Boolean.TRUE.equals(run(click)));
    }

    boolean offers(String name) throws Exception {
        return holds("control(" + quoted(name) + ")");
    }

    void fill(String label, String value) throws Exception {
        until("field(" + quoted(label) + ")");
        run(
                "const f = field(" + quoted(label) + "); f.value = " + quoted(value)
                        + "; f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true}))");
    }

    /** What the API says to whoever is logged in here. */
    JsonObject api(String path) throws Exception {
        return new JsonObject(
                String.valueOf(run("return fetch(" + quoted("cluster/" + path) + ").then((answer) => answer.text())")));
    }

    void tab() throws Exception {
        key("Tab", 9, 0);
    }

    /** On what has the focus. */
    void enter() throws Exception {
        JsonObject event =
                new JsonObject().put("key", "Enter").put("code", "Enter").put("windowsVirtualKeyCode", 13);
        browser.call(
                "Input.dispatchKeyEvent", event.copy().put("type", "keyDown").put("text", "\r"));
        browser.call("Input.dispatchKeyEvent", event.put("type", "keyUp"));
    }

    /** What has the focus, by its name; empty for the page itself. */
    String focused() throws Exception {
        return String.valueOf(
                run(
                        "const e = document.activeElement; return !e || e === document.body ? '' : named(e) || e.id || e.outerHTML.slice(0, 120)"));
    }

    /**
     * Goes through the page by Tab alone, and back to its beginning.
     *
     * @return the controls that are there all the time and were not come by
     */
    List<?> notReachedByTab() throws Exception {
        run("""
                window.controls = () => [...document.querySelectorAll('#app button, #app a[href], #app input, #app select, #app textarea, #app summary')]
                  .filter((e) => e.getClientRects().length && !e.disabled && (e.tagName === 'SUMMARY' || !e.closest('details:not([open])')));
                window.there = new Set(window.controls());
                window.came = new Set();
                document.body.tabIndex = -1; document.body.focus();
                """);
        for (int i = 0; i < MOST_CONTROLS; i++) {
            tab();
            if (holds(
                    "(() => { const e = document.activeElement; if (window.came.has(e)) return true; window.came.add(e); return false; })()")) {
                break;
            }
        }
        return list(
                "return window.controls().filter((e) => window.there.has(e) && !window.came.has(e)).map((e) => e.outerHTML.slice(0, 160))");
    }

    void dismissAll() throws Exception {
        run("document.querySelectorAll('#toasts [aria-label=Dismiss]').forEach((e) => e.click())");
    }

    /** Once what lay above it is gone. */
    void closeDrawer() throws Exception {
        until("document.querySelectorAll('dialog[open]').length === 1");
        press("Close");
        untilClosed();
    }

    void untilClosed() throws Exception {
        until("!document.querySelector('dialog[open]')");
    }

    /** A number on the overview. */
    String figure(String id) throws Exception {
        return String.valueOf(run("return document.querySelector('[data-figure=" + id + "] .value').innerText"));
    }

    /** Presses a key as a keyboard does. */
    void key(String key, int code, int modifiers) throws Exception {
        JsonObject event = new JsonObject()
                .put("key", key)
                .put("windowsVirtualKeyCode", code)
                .put("modifiers", modifiers);
        if (key.length() == 1 && modifiers == 0) {
            event.put("text", key);
        }
        browser.call("Input.dispatchKeyEvent", event.copy().put("type", "keyDown"));
        browser.call("Input.dispatchKeyEvent", event.put("type", "keyUp"));
    }

    void size(int width, int height) throws Exception {
        browser.call(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    void dark(boolean dark) throws Exception {
        JsonObject preference =
                new JsonObject().put("name", "prefers-color-scheme").put("value", dark ? "dark" : "light");
        JsonObject still =
                new JsonObject().put("name", "prefers-reduced-motion").put("value", "reduce");
        browser.call(
                "Emulation.setEmulatedMedia",
                new JsonObject().put("features", new JsonArray().add(preference).add(still)));
    }

    /** The whole page, or its upper part where it is very long; in a window of that size, since Chromium's own way shows parts as in a tiny one. */
    void picture(Path file) throws Exception {
        int width = ((Number) run("return innerWidth")).intValue();
        int height = ((Number) run("return innerHeight")).intValue();
        int whole = ((Number) run("return document.querySelector('dialog[open]') ? innerHeight : Math.min(" + LONGEST
                        + ", Math.max(innerHeight, document.documentElement.scrollHeight))"))
                .intValue();
        size(width, whole);
        run("return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(0))))");
        JsonObject shot = browser.call("Page.captureScreenshot", new JsonObject());
        size(width, height);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(shot.getString("data")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Controls that Tab does not reach or that a screen reader has no name for. */
    List<?> withoutNameOrFocus() throws Exception {
        return list("""
                const name = (e) => {
                  const by = (e.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.innerText ?? '').join('');
                  return e.getAttribute('aria-label') || by || [...(e.labels ?? [])].map((l) => l.textContent).join('') || e.innerText || e.textContent || e.title;
                };
                return [...document.querySelectorAll('#app button, #app a, #app input, #app select, #app textarea, #app summary')]
                  .filter((e) => e.getClientRects().length && !e.disabled)
                  .filter((e) => e.tabIndex < 0 || !String(name(e)).trim())
                  .map((e) => e.outerHTML.slice(0, 160));
                """);
    }

    /** Texts whose colour differs too little from what is behind it (WCAG 2.2 AA). */
    List<?> unreadable() throws Exception {
        return list("""
                const parse = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
                const over = (top, under) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a)); };
                const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
                const ground = (e) => {
                  const layers = [];
                  for (let at = e; at; at = at.parentElement) {
                    const c = parse(getComputedStyle(at).backgroundColor);
                    if (c.length && (c[3] ?? 1) > 0) layers.push(c);
                    if (c.length && (c[3] ?? 1) === 1) break;
                  }
                  return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
                };
                const found = [];
                const check = (e, color, least, what) => {
                  const back = ground(e);
                  const [a, b] = [light(over(parse(color), back)), light(back)];
                  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                  if (ratio < least) found.push(`${ratio.toFixed(2)} ${e.getAttribute('class') ?? e.tagName} ${what}`);
                };
                const visible = (e) => e.getClientRects().length && !e.closest('[disabled], .dimmed, .sr');
                for (const e of document.querySelectorAll('input, textarea')) if (visible(e) && e.placeholder) check(e, getComputedStyle(e, '::placeholder').color, 4.5, e.placeholder);
                for (const e of document.querySelectorAll('.input, .select')) if (visible(e)) check(e, getComputedStyle(e).borderTopColor, 3, 'border');
                for (const e of document.querySelectorAll('.icon-button')) if (visible(e)) check(e, getComputedStyle(e).color, 3, e.getAttribute('aria-label'));
                for (const e of document.querySelectorAll('svg text')) if (visible(e)) check(e.closest('.topo-node')?.querySelector('rect') ? e.closest('.card') : e, getComputedStyle(e).fill, 4.5, e.textContent);
                for (const e of document.querySelectorAll('.dot.ok, .dot.warn')) if (visible(e)) check(e.parentElement, getComputedStyle(e).backgroundColor, 2.5, 'dot');
                const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) {
                  const e = walk.currentNode.parentElement;
                  if (!walk.currentNode.data.trim() || !e.getClientRects().length || e.closest('svg, script, style, .sr, .skip, [disabled], .dimmed, option, datalist')) continue;
                  const style = getComputedStyle(e);
                  const back = ground(e);
                  const front = over(parse(style.color), back);
                  const [a, b] = [light(front), light(back)];
                  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                  const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
                  if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${e.className} ${walk.currentNode.data.trim().slice(0, 40)}`);
                }
                return found;
                """);
    }

    private List<?> list(String body) throws Exception {
        return ((JsonArray) run(body)).getList();
    }
}
