package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.Browser;
import io.warren.fixture.Http;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Agent;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Login;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard of three members with 200 agents, 2,000 endpoints and 5,000 live connections: what a page costs over the API, and what an interaction costs
 * in the browser. A measurement, with {@code -Ddashboard.load=true}; prints a table.
 */
@EnabledIfSystemProperty(named = "dashboard.load", matches = "true")
class DashboardLoadTest {
    private static final int AGENTS = 200;
    private static final int ENDPOINTS = 2000;
    private static final int CONNECTIONS = 5000;
    private static final int ROUNDS = 15;
    private static final double BUDGET_MS = 100;
    private static final Path TABLE = Path.of("target", "dashboard-load.md");

    /** Visitors and their targets, in a process with descriptors of its own. */
    private static final String VISITORS = """
            import asyncio, sys
            target, total, doors = int(sys.argv[1]), int(sys.argv[2]), [d.split(":") for d in sys.argv[3:]]
            held = []
            async def serve(reader, writer):
                held.append(writer)
                while data := await reader.read(4096):
                    writer.write(data)
            async def visit(i):
                host, port = doors[i % len(doors)]
                reader, writer = await asyncio.open_connection(host, int(port))
                writer.write(b"x")
                await reader.readexactly(1)
                held.append(writer)
                return reader, writer
            async def talk(visitor):
                reader, writer = visitor
                while True:
                    writer.write(b"x" * 400)
                    await reader.readexactly(400)
                    await asyncio.sleep(2)
            async def main():
                await asyncio.start_server(serve, "127.0.0.1", target, backlog=1024)
                visitors = []
                for start in range(0, total, 50):
                    visitors += await asyncio.gather(*(visit(i) for i in range(start, min(total, start + 50))))
                print("all there", flush=True)
                await asyncio.gather(*(talk(v) for v in visitors[:200]))
            asyncio.run(main())
            """;

    /** How long from a change of the address until the list has been drawn with its answer; of it, the request, and the drawing. */
    private static final String INTERACTION = """
            (async () => {
              const main = document.querySelector('#main');
              let asked = 0, answered = 0, drawn = 0;
              const fetched = window.fetch;
              window.fetch = async (...a) => { asked = asked || performance.now(); const r = await fetched(...a); const text = r.text.bind(r);
                r.text = async () => { const t = await text(); answered = performance.now(); return t; }; return r; };
              const watch = new MutationObserver(() => { if (answered && !drawn) drawn = performance.now(); });
              watch.observe(main, {subtree: true, childList: true, attributes: true, characterData: true});
              const start = performance.now();
              STEP;
              while (!(answered && (drawn || performance.now() - answered > 300))) {
                if (performance.now() - start > 20000) break;
                await new Promise((r) => setTimeout(r, 1));
              }
              watch.disconnect();
              window.fetch = fetched;
              return [(drawn || answered) - start, answered - asked, (drawn || answered) - answered].map((ms) => Math.round(ms * 10) / 10).join(' ');
            })()
            """;

    @TempDir
    private Path directory;

    private final Map<String, Double> medians = new LinkedHashMap<>();

    private final StringBuilder table =
            new StringBuilder("| what | p50 | worst | of it on the wire | drawing |\n|---|---|---|---|---|\n");

    private void publish(Members members) throws Exception {
        for (int i = 0; i < ENDPOINTS; i++) {
            int agent = i % AGENTS;
            Session session =
                    Session.of("agents", Address.of("10.7.0." + agent, 40_000 + agent), Address.of("10.0.0.1", 8421));
            session.trace().user("user-" + agent % 20);
            session.trace().login(new Login(new Agent("agent-" + agent, i / AGENTS, 1), Set.of(), "0.1.0"));
            Endpoint endpoint = new Endpoint(Network.TUNNEL, "tunnel-" + i);
            Egress back = Egress.failing(() -> ProxyException.unsupported("a visitor"));
            Steered member = members.members.get(agent % 3);
            Promise<Registration> done = Promise.promise();
            member.vertx()
                    .runOnContext(v -> member.warren()
                            .endpoints()
                            .publish(session, endpoint, Offer.of(session, Offer.Reach.CLUSTER), back)
                            .onComplete(done));
            Until.passes(
                    Duration.ofMinutes(1),
                    () -> assertThat(done.future().succeeded())
                            .as("" + done.future())
                            .isTrue());
        }
    }

    private void row(String what, List<double[]> measured) {
        medians.put(what, measured.stream().mapToDouble(m -> m[0]).sorted().toArray()[measured.size() / 2]);
        table.append("| ")
                .append(what)
                .append(" | ")
                .append(ms(measured, 0, 0.5))
                .append(" | ")
                .append(ms(measured, 0, 1));
        table.append(" | ")
                .append(ms(measured, 1, 0.5))
                .append(" | ")
                .append(ms(measured, 2, 0.5))
                .append(" |\n");
    }

    private static String ms(List<double[]> measured, int column, double part) {
        double[] sorted = measured.stream().mapToDouble(m -> m[column]).sorted().toArray();
        return Math.round(sorted[(int) Math.min(sorted.length - 1.0, sorted.length * part)]) + " ms";
    }

    private void measureApi(Http root, String path) throws Exception {
        List<double[]> measured = new ArrayList<>();
        for (int i = 0; i < ROUNDS + 5; i++) {
            long start = System.nanoTime();
            assertThat(root.get(path).status()).isEqualTo(200);
            double ms = (System.nanoTime() - start) / 1e6;
            if (i >= 5) {
                measured.add(new double[] {ms, ms, 0});
            }
        }
        row("`GET " + path + "`", measured);
    }

    private void measure(Browser browser, String what, String... steps) throws Exception {
        List<double[]> measured = new ArrayList<>();
        for (int i = 0; i < ROUNDS + 3; i++) {
            String took = String.valueOf(browser.eval(INTERACTION.replace("STEP", steps[i % steps.length])));
            if (i >= 3) {
                measured.add(Arrays.stream(took.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray());
            }
        }
        row(what, measured);
    }

    @Test
    void interactionsAreMeasured() throws Exception {
        int target = Ports.free();
        try (Members members = new Members(directory, "five-and-twenty-blackbirds", 3)) {
            Http root = members.root(0);
            assertThat(root.post(
                                    "/cluster/config/services",
                                    "{name: door, addr: \"127.0.0.1:0\", handler: {type: tcp}, listener: {type: tcp}, forwarder: {nodes: [{name: t, addr: \"127.0.0.1:"
                                            + target + "\"}]}}")
                            .status())
                    .isEqualTo(200);
            publish(members);
            List<String> command = new ArrayList<>(List.of("python3", "-c", VISITORS, "" + target, "" + CONNECTIONS));
            members.members.forEach(m -> command.add(
                    "127.0.0.1:" + m.warren().address("door").orElseThrow().port()));
            try (Program visitors = Program.start(Optional.empty(), directory, command)) {
                Until.passes(
                        Duration.ofMinutes(2), () -> assertThat(visitors.log()).contains("all there"));
                Until.passes(
                        Duration.ofMinutes(1),
                        () -> assertThat(root.get("/cluster/endpoints?limit=1")
                                        .json()
                                        .getInteger("total"))
                                .isEqualTo(ENDPOINTS));
                Until.passes(Duration.ofMinutes(1), () -> {
                    JsonObject totals = root.get("/cluster/overview").json().getJsonObject("totals");
                    assertThat(totals.getInteger("connections")).isGreaterThanOrEqualTo(CONNECTIONS);
                    assertThat(totals.getInteger("agents")).isEqualTo(AGENTS);
                });
                for (String path : List.of(
                        "/cluster/overview",
                        "/cluster/members",
                        "/cluster/agents?limit=50&sort=agent",
                        "/cluster/agents?limit=50&q=agent-7",
                        "/cluster/endpoints?limit=50&sort=-connections",
                        "/cluster/endpoints?limit=50&offset=1500&q=user-7",
                        "/cluster/services?limit=50",
                        "/cluster/connections?limit=50&sort=-outRate",
                        "/cluster/connections?limit=50&offset=4000&sort=client",
                        "/cluster/connections?limit=50&q=127.0.0.1:5",
                        "/cluster/events?limit=50",
                        "/cluster/logs?limit=100",
                        "/cluster/certificates",
                        "/cluster/stats?step=10s")) {
                    measureApi(root, path);
                }
                browse(members);
                assertThat(medians)
                        .allSatisfy((what, ms) -> assertThat(ms).as(what).isLessThan(BUDGET_MS));
            } finally {
                Files.createDirectories(TABLE.getParent());
                Files.writeString(TABLE, table);
                System.out.println(table);
            }
        }
    }

    private void browse(Members members) throws Exception {
        try (Browser browser = Browser.start(1280, 800)) {
            browser.open("http://127.0.0.1:" + members.consolePort(0) + "/");
            browser.until("document.getElementById('password')");
            browser.eval(
                    "(() => { for (const [id, v] of [['user', 'root'], ['password', 'toor-toor']]) { const f = document.getElementById(id); f.value = v;"
                            + " f.dispatchEvent(new Event('input', {bubbles: true})); } document.querySelector('form button[type=submit]').click(); })()");
            browser.until("document.querySelector('[data-live=true]')");
            for (String page : List.of("connections", "endpoints", "agents")) {
                browser.eval("location.hash = '#/" + page + "'");
                browser.until(
                        "document.querySelector('tbody tr') && document.querySelector('h1').innerText.toLowerCase() === '"
                                + page + "'");
                measure(browser, page + ": sort", "document.querySelectorAll('th button')[1].click()");
                measure(
                        browser,
                        page + ": next and previous page",
                        "document.querySelector('[aria-label=\"Next page\"]').click()",
                        "document.querySelector('[aria-label=\"Previous page\"]').click()");
                measure(
                        browser,
                        page + ": filter",
                        "location.hash = '#/" + page + "?q=7'",
                        "location.hash = '#/" + page + "'");
            }
            measure(
                    browser,
                    "from page to page",
                    "location.hash = '#/connections'",
                    "location.hash = '#/endpoints'",
                    "location.hash = '#/services'");
        }
    }
}
