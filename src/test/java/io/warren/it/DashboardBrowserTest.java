package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.Browser;
import io.warren.fixture.Gost;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The dashboard in a browser, on three members with an agent and visitors: every page is looked at, every verb is used, and what it does is looked for
 * where the bytes go. Pictures of all pages are left below {@code target/screens}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardBrowserTest {
    private static final Path SCREENS = Path.of("target", "screens");
    private static final List<String> PAGES = List.of(
            "overview",
            "connections",
            "endpoints",
            "agents",
            "topology",
            "members",
            "charts",
            "events",
            "logs",
            "services",
            "services?kind=chains",
            "editor/services/proxy",
            "users",
            "certificates",
            "history");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String AT = "at {0} pixels";
    private static final int FIRST = 1;
    private static final int LAST = Integer.MAX_VALUE;

    @TempDir
    private static Path directory;

    private static Warrens warrens;
    private static Browser browser;
    private static Page page;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start(1280, 800);
        page = new Page(browser);
        warrens = new Warrens(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (warrens != null) {
            warrens.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void atAdministratorsDesk() throws Exception {
        page.size(1280, 800);
        page.dark(false);
        if (!page.holds(
                "location.href.startsWith(" + Page.quoted(warrens.console(0))
                        + ") && document.querySelector('[aria-label=\"admin, admin\"]') && !document.querySelector('dialog[open]')")) {
            page.enter(warrens.console(0), "admin", "open-sesame");
        }
        page.until("document.querySelector('[data-live=true]')");
    }

    @Test
    @Order(FIRST)
    void aWrongPasswordIsRefusedBesideItsField() throws Exception {
        page.enter(warrens.console(1), "admin", "open-barley");
        page.until("document.getElementById('password-error')?.innerText.includes('do not go together')");
        page.picture(SCREENS.resolve("login-refused.png"));
        page.fill("Password", "open-sesame");
        page.press("Log in");
        page.shows("All 3 members are ready");
    }

    @Test
    void overviewShowsTheSameAtEveryMember() throws Exception {
        List<Warrens.Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            visitors.add(warrens.visit(i % 3));
        }
        for (int member = 0; member < 3; member++) {
            page.enter(warrens.console(member), "admin", "open-sesame");
            page.shows("All 3 members are ready");
            page.until("document.querySelector('[data-figure=endpoints] .value')?.innerText === '1'");
            assertThat(page.figure("agents")).isEqualTo("1");
            page.until(
                    "Number(document.querySelector('[data-figure=connections] .value').innerText.replace(/\\D/g, '')) >= 6");
            page.shows("Answered by relay-" + (member + 1));
        }
        for (Warrens.Visitor visitor : visitors) {
            visitor.close();
        }
    }

    @Test
    void everyPageFitsIsReadableAndReachable() throws Exception {
        List<Warrens.Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            visitors.add(warrens.visit(i % 3));
        }
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {1280, 400}) {
                page.size(width, 800);
                page.dark(dark);
                for (String name : PAGES) {
                    page.go(name);
                    for (Warrens.Visitor visitor : visitors) {
                        visitor.talk();
                    }
                    page.until("document.querySelector('[data-live=true]')");
                    page.dismissAll();
                    String what = name.replaceAll("[/?=]", "-") + "-" + width + (dark ? "-dark" : "-light");
                    page.picture(SCREENS.resolve(what + ".png"));
                    assertThat(page.holds("document.documentElement.scrollWidth <= innerWidth"))
                            .as(what + " fits")
                            .isTrue();
                    untilReadable(what);
                    assertThat(page.withoutNameOrFocus()).as(what).isEmpty();
                }
            }
        }
        for (Warrens.Visitor visitor : visitors) {
            visitor.close();
        }
        assertThat(browser.complaints())
                .as("what the browser complains about")
                .filteredOn(said -> !said.contains("cluster/session"))
                .isEmpty();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void connectionsAreFoundAndClosed(int width) throws Exception {
        at(width);
        Warrens.Visitor one = warrens.visit(0);
        Warrens.Visitor other = warrens.visit(2);
        page.go("connections");
        page.fill("Search client, user, target, route", "127.0.0.1:" + one.port());
        page.until("document.querySelector('[data-total]')?.dataset.total === '1'");
        page.press("Close the connection of 127.0.0.1:" + one.port());
        Until.passes(SOON, () -> assertThat(one.isCutOff()).isTrue());
        assertThat(other.isCutOff()).isFalse();
        page.go("connections?member=relay-3&endpoint=" + warrens.endpointId().replace(" ", "%20"));
        page.until("Number(document.querySelector('[data-total]')?.dataset.total) >= 1");
        page.press("Close all that match");
        page.shows("that match?");
        page.run("document.querySelector('dialog[open] .danger').click()");
        Until.passes(SOON, () -> assertThat(other.isCutOff()).isTrue());
        page.untilClosed();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aDisabledEndpointRefusesVisitorsEverywhere(int width) throws Exception {
        at(width);
        page.go("endpoints");
        page.shows(String.valueOf(warrens.endpoint));
        page.press("Disable " + warrens.endpointId());
        page.press("Disable it");
        for (int member = 0; member < 3; member++) {
            int at = member;
            Until.passes(SOON, () -> warrens.refuses(at));
        }
        page.shows("Disabled");
        page.press("Enable " + warrens.endpointId());
        for (int member = 0; member < 3; member++) {
            int at = member;
            Until.passes(SOON, () -> warrens.answers(at));
        }
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void anAgentsWeightIsSet(int width) throws Exception {
        at(width);
        page.go("endpoints?open=" + warrens.endpointId().replace(" ", "%20"));
        page.shows("Agents behind it");
        page.press("Set the weight of home");
        page.fill("Weight", "7");
        page.press("Set the weight");
        page.shows("weight 7");
        page.closeDrawer();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void anEndpointsLimitIsSet(int width) throws Exception {
        at(width);
        page.go("endpoints?open=" + warrens.endpointId().replace(" ", "%20"));
        page.shows("Limit at each member");
        page.press("Limit…");
        page.fill("To visitors", "100MB");
        page.press("Set the limit");
        page.shows("any from visitors, 100MB/s to them");
        page.closeDrawer();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aKickedAgentStaysOutUntilItIsLetBack(int width) throws Exception {
        at(width);
        page.go("agents");
        page.press("Kick home");
        page.press("Kick it");
        Until.passes(SOON, () -> warrens.refuses(1));
        page.shows("Kept out");
        picture("agents-kept-out", width);
        page.press("Let it back");
        Until.passes(Duration.ofSeconds(60), () -> warrens.answers(1));
        page.showsNoMore("Kept out");
    }

    /** The command line is taken as it stands, but for the password and the program's name. */
    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void theCommandLineForAnAgentWorks(int width) throws Exception {
        at(width);
        int port = Ports.free();
        page.go("endpoints");
        page.press("Add an agent");
        page.fill("Port on the members", "" + port);
        page.fill("What is published", "127.0.0.1:" + warrens.echoPort());
        page.until("field('Through the service')?.value === 'agents'");
        page.fill("User", "bob");
        page.fill("Name of the agent", "attic");
        page.until("document.querySelector('[data-command=warren]')?.innerText.includes('attic')");
        picture("add-an-agent", width);
        String command =
                String.valueOf(page.run("return document.querySelector('[data-command=warren]').innerText.trim()"));
        String gost = String.valueOf(page.run("return document.querySelector('[data-command=gost]').innerText.trim()"));
        assertThat(gost)
                .startsWith(
                        "gost -L rtcp://:" + port + "/127.0.0.1:" + warrens.echoPort() + " -F 'relay://bob:PASSWORD@")
                .contains("127.0.0.1:" + warrens.agentsPort, "127.0.0.3:" + warrens.agentsPort);
        assertThat(command).startsWith("warren -L ");
        page.press("Done");
        String[] arguments = Arrays.stream(command.substring("warren ".length()).split(" "))
                .map(word -> word.replace("'", "").replace("PASSWORD", "builder"))
                .toArray(String[]::new);
        try (Program agent = Program.warren(Optional.empty(), directory, arguments)) {
            page.go("agents");
            assertThat(agent.process().isAlive()).isTrue();
            page.shows("attic");
            Until.passes(SOON, () -> warrens.answers(2, port));
        }
        page.showsNoMore("attic");
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aServiceIsMadeChangedRolledBackAndDeleted(int width) throws Exception {
        at(width);
        int port = Ports.free();
        page.go("services");
        page.press("Create a service");
        page.fill("Name", "fresh");
        page.fill("Address", "127.0.0.1:" + port);
        page.fill("Handler", "nonsense");
        page.until("document.querySelector('[data-verdict=bad]')");
        page.shows("nonsense");
        picture("editor-problem", width);
        page.fill("Handler", "socks5");
        page.fill("Members", "relay-1");
        page.until("document.querySelector('[data-verdict=ok]')");
        page.press("Review and create");
        page.until("document.querySelector('.diff .add')");
        picture("editor-review", width);
        page.press("Create it");
        page.untilClosed();
        Until.passes(SOON, () -> connects(port));

        page.go("editor/services/fresh?member=relay-1");
        page.press("YAML");
        int moved = Ports.free();
        page.until("field('The service as YAML')?.value.includes('" + port + "')");
        page.fill("Members", "relay-1");
        String yaml = String.valueOf(page.run("return field('The service as YAML').value"));
        page.fill("The service as YAML", yaml.replace("socks5", "socks6"));
        page.until("document.querySelector('[data-verdict=bad]')");
        page.fill("The service as YAML", yaml.replace("" + port, "" + moved));
        page.press("Form");
        page.until("field('Address')?.value === '127.0.0.1:" + moved + "'");
        page.until("document.querySelector('[data-verdict=ok]')");
        page.press("Review changes");
        page.until("document.querySelector('.diff .del')");
        page.press("Apply");
        Until.passes(SOON, () -> connects(moved));
        page.untilClosed();

        page.go("history?member=relay-1");
        page.until("document.querySelectorAll('[data-version]').length >= 2");
        page.press("Compare");
        page.until("document.querySelector('dialog[open] .diff')");
        page.closeDrawer();
        page.run(
                "[...document.querySelectorAll('[data-version]')][1].querySelector('button[aria-label^=Roll]').click()");
        page.until("document.querySelector('dialog[open] .diff')");
        picture("history-roll-back", width);
        page.press("Roll back");
        Until.passes(SOON, () -> connects(port));
        page.untilClosed();

        page.go("editor/services/fresh?member=relay-1");
        page.press("Delete fresh");
        page.fill("Where", "relay-1");
        page.press("Delete it");
        Until.passes(SOON, () -> assertThat(Gost.isOpen(port)).isFalse());
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aDisabledServiceIsClosedOnItsMemberUntilItIsEnabled(int width) throws Exception {
        at(width);
        page.go("services?member=relay-2");
        page.press("Disable proxy on relay-2");
        page.press("Disable it");
        page.untilClosed();
        Until.passes(
                SOON,
                () -> assertThat(Gost.isOpen("127.0.0.2", warrens.proxyPort)).isFalse());
        assertThat(Gost.isOpen("127.0.0.1", warrens.proxyPort)).isTrue();
        page.until("row('proxy')?.innerText.includes('Disabled')");
        picture("services-disabled", width);
        page.press("Enable proxy on relay-2");
        Until.passes(
                SOON,
                () -> assertThat(Gost.isOpen("127.0.0.2", warrens.proxyPort)).isTrue());
        page.until("row('proxy')?.innerText.includes('Ready')");
    }

    private static void at(int width) throws Exception {
        page.size(width, 800);
    }

    /** Also a look at whether what lies above the page fits and can be read. */
    private static void picture(String name, int width) throws Exception {
        page.picture(SCREENS.resolve(name + "-" + width + ".png"));
        assertThat(page.holds("document.documentElement.scrollWidth <= innerWidth"))
                .as(name + " fits " + width)
                .isTrue();
        assertThat(
                        page.holds(
                                "[...document.querySelectorAll('dialog[open]')].every((d) => d.scrollWidth <= d.clientWidth && d.getBoundingClientRect().right <= innerWidth)"))
                .as(name + " fits " + width)
                .isTrue();
        untilReadable(name);
    }

    /** Colours that change with the theme do not all do so at the same moment. */
    private static void untilReadable(String what) throws Exception {
        Until.passes(SOON, () -> assertThat(page.unreadable()).as(what).isEmpty());
    }

    private static void connects(int port) {
        assertThat(Gost.isOpen(port)).as("port " + port + " is open").isTrue();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    @Order(FIRST + 1)
    void aUserIsAddedEverywhereAndRemovedAgain(int width) throws Exception {
        at(width);
        assertThat(warrens.throughProxy(2, "carol", "singing")).contains("407");
        page.go("users");
        page.press("Add a user");
        page.fill("User", "carol");
        page.fill("Password", "singing");
        page.press("Add the user");
        for (int member = 0; member < 3; member++) {
            int at = member;
            Until.passes(
                    SOON,
                    () -> assertThat(warrens.throughProxy(at, "carol", "singing"))
                            .contains("200"));
        }
        page.press("Remove carol");
        page.press("Remove the user");
        Until.passes(
                SOON,
                () -> assertThat(warrens.throughProxy(1, "carol", "singing")).contains("407"));
        Until.passes(
                SOON,
                () -> assertThat(warrens.throughProxy(1, "alice", "wonderland")).contains("200"));
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aDrainedMemberIsSaidSoAndServesAgain(int width) throws Exception {
        at(width);
        page.go("members");
        page.press("What can be done with relay-2");
        page.press("Drain…");
        page.fill("Grace time", "1s");
        page.press("Drain it");
        page.until("document.querySelector('[data-member=relay-2]')?.dataset.state === 'draining'");
        picture("members-draining", width);
        page.press("What can be done with relay-2");
        page.press("Serve again");
        page.until("document.querySelector('[data-member=relay-2]')?.dataset.state === 'ready'");
        Until.passes(SOON, () -> warrens.answers(1));
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void theLogLevelIsSetAndActionsAreRemembered(int width) throws Exception {
        at(width);
        page.go("logs");
        page.press("Set the level");
        page.fill("Level", "debug");
        page.fill("Logger", "session");
        page.press("Set the level");
        page.shows("Level debug is set");
        page.until("document.querySelectorAll('.log li').length > 5");
        page.go("events?kind=audit");
        page.until("row('admin')");
        page.shows("Set the log level: session debug");
        page.press("Dismiss");
    }

    @Test
    void certificatesAndTheirEndAreShown() throws Exception {
        page.go("certificates");
        page.shows("edge.example.org");
        assertThat(page.holds("row('edge.example.org').querySelector('.tag.warn')"))
                .as("it is warned of")
                .isTrue();
        page.go("overview");
        page.until("document.querySelector('.attention')?.innerText.includes('edge.pem')");
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    @Order(LAST - 1)
    void aCertificateIsRenewedAndVisitorsAreShownTheNewOne(int width) throws Exception {
        at(width);
        int at = width == 1280 ? 1 : 0;
        String member = "relay-" + (at + 1);
        page.go("certificates?member=" + member);
        page.press("Read it again on " + member);
        page.shows(member + " has read its files again.");
        page.dismissAll();
        page.press("Renew services[edge].listener.tls on " + member);
        page.fill("Certificate", warrens.pem("fresh.pem"));
        page.fill("Key", warrens.pem("edge.key"));
        page.press("Use it");
        page.until("document.querySelector('dialog[open] [role=alert]')?.innerText.includes('Not the key of the')");
        picture("certificate-refused", width);
        page.fill("Key", warrens.pem("fresh.key"));
        page.press("Use it");
        page.untilClosed();
        page.until("row('" + member + "')?.innerText.includes('replaced here')");
        picture("certificate-renewed", width);
        Until.passes(SOON, () -> assertThat(warrens.edgeShows(at)).contains("fresh.example.org"));
        if (at > 0) {
            assertThat(warrens.edgeShows(0)).contains("edge.example.org");
        }
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void chartsHaveLines(int width) throws Exception {
        at(width);
        page.go("charts?step=1s");
        page.until("document.querySelectorAll('.chart .line[d]').length >= 5");
        page.shows("Traffic");
    }

    @Test
    void keysLeadEverywhere() throws Exception {
        page.go("overview");
        page.key("k", 75, 2);
        page.until("document.querySelector('dialog.palette[open] input:focus')");
        page.run(
                "const f = document.querySelector('.palette input'); f.value = 'relay-2'; f.dispatchEvent(new Event('input'))");
        page.until("document.querySelector('.palette-list [aria-selected=true]')?.innerText.includes('relay-2')");
        page.picture(SCREENS.resolve("palette.png"));
        page.key("Enter", 13, 0);
        page.until("document.querySelector('dialog.drawer[open]')?.innerText.includes('relay-2')");
        page.picture(SCREENS.resolve("member-drawer.png"));
        page.key("Escape", 27, 0);
        page.untilClosed();
        page.key("g", 71, 0);
        page.key("c", 67, 0);
        page.until("document.querySelector('h1').innerText === 'Connections'");
        page.key("/", 191, 0);
        page.until("document.activeElement.id === 'connections-search'");
        page.run("document.activeElement.blur()");
        page.run("window.old = true; setTimeout(() => location.reload(), 0)");
        page.until("!window.old && document.querySelector('h1')?.innerText === 'Connections'");
        page.run("document.body.tabIndex = -1; document.body.focus()");
        page.key("Tab", 9, 0);
        page.until("document.activeElement.innerText === 'Skip to the content'");
        page.run("document.activeElement.click()");
        page.until("document.activeElement.id === 'main'");
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aConnectionIsOpenedAndClosedThere(int width) throws Exception {
        at(width);
        Warrens.Visitor visitor = warrens.visit(1);
        page.go("connections?q=127.0.0.1:" + visitor.port());
        page.until("document.querySelector('[data-total]')?.dataset.total === '1'");
        page.press("127.0.0.1:" + visitor.port());
        page.shows("Began");
        picture("connection-drawer", width);
        page.press("Close the connection");
        Until.passes(SOON, () -> assertThat(visitor.isCutOff()).isTrue());
        page.untilClosed();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void anEndpointHasItsVerbsInItsMenuAndItsDrawer(int width) throws Exception {
        at(width);
        String more = "More for " + warrens.endpointId();
        Warrens.Visitor one = warrens.visit(0);
        page.go("endpoints");
        page.press(more);
        picture("endpoint-menu", width);
        page.press("Close its connections…");
        page.press("Close them");
        Until.passes(SOON, () -> assertThat(one.isCutOff()).isTrue());
        page.untilClosed();

        page.press(more);
        page.press("Set a weight…");
        page.fill("Weight", "3");
        page.press("Set the weight");
        page.untilClosed();
        Until.passes(
                SOON,
                () -> assertThat(endpoint()
                                .getJsonArray("agents")
                                .getJsonObject(0)
                                .getInteger("weight"))
                        .isEqualTo(3));
        page.press(more);
        page.press("Set a limit…");
        page.fill("To visitors", "50MB");
        page.press("Set the limit");
        page.untilClosed();
        Until.passes(SOON, () -> assertThat(endpoint().getLong("outLimit")).isEqualTo(50L << 20));

        Warrens.Visitor other = warrens.visit(2);
        page.press(more);
        page.press("Look at it");
        page.shows("Where visitors come in");
        picture("endpoint-drawer", width);
        page.press("Close its connections");
        page.press("Close them");
        Until.passes(SOON, () -> assertThat(other.isCutOff()).isTrue());
        page.press("Disable");
        page.press("Disable it");
        Until.passes(SOON, () -> warrens.refuses(1));
        page.press("Enable");
        Until.passes(SOON, () -> warrens.answers(1));
        page.closeDrawer();
    }

    private static JsonObject endpoint() throws Exception {
        return page.api("endpoints?name=:" + warrens.endpoint)
                .getJsonArray("items")
                .getJsonObject(0);
    }

    /** What is in the file is in force when it has been read, and no sooner. */
    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void membersReadTheirFilesAgain(int width) throws Exception {
        at(width);
        int port = Ports.free();
        String before = warrens.withService(1, "extra", port);
        page.go("members");
        page.press("What can be done with relay-2");
        picture("member-menu", width);
        page.press("Reload its configuration");
        Until.passes(SOON, () -> assertThat(Gost.isOpen("127.0.0.2", port)).isTrue());
        warrens.rewrite(1, before);
        page.press("Reload all");
        page.press("Reload");
        page.untilClosed();
        Until.passes(SOON, () -> assertThat(Gost.isOpen("127.0.0.2", port)).isFalse());
        page.press("relay-2");
        page.shows("Garbage collection");
        page.press("Log level");
        page.fill("Level", "info");
        page.press("Set the level");
        page.shows("Level info is set");
        page.closeDrawer();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aUserIsGivenAnotherPasswordAndCutOff(int width) throws Exception {
        at(width);
        for (String password : List.of("mason", "builder")) {
            page.go("users");
            page.press("Set a password for bob");
            page.fill("Password", password);
            page.press("Set the password");
            page.untilClosed();
            for (int member = 0; member < 3; member++) {
                int at = member;
                Until.passes(
                        SOON,
                        () -> assertThat(warrens.throughProxy(at, "bob", password))
                                .contains("200"));
            }
        }
        try (Socket tunnel = warrens.tunnel(1, "bob", "builder")) {
            page.press("Close the connections of bob");
            page.press("Close them");
            page.untilClosed();
            assertThat(tunnel.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void objectsAreMadeClonedLookedAtAndDeleted(int width) throws Exception {
        at(width);
        page.go("services?kind=chains");
        create("Create a chain", "chain", "name: detour\nhops: []\n");
        Until.passes(SOON, () -> assertThat(names("chains")).contains("detour"));
        page.go("services?kind=chains");
        page.press("Clone detour");
        page.until("document.querySelector('[data-verdict=ok]')");
        page.press("Review and create");
        page.press("Create it");
        page.untilClosed();
        Until.passes(SOON, () -> assertThat(names("chains")).contains("detour-copy"));
        page.go("services?kind=chains");
        page.press("Edit detour-copy");
        page.until("field('Name')?.value === 'detour-copy'");
        for (String name : List.of("detour-copy", "detour")) {
            page.go("services?kind=chains");
            page.press("Delete " + name);
            page.press("Delete it");
            page.untilClosed();
            Until.passes(SOON, () -> assertThat(names("chains")).doesNotContain(name));
        }

        page.go("users");
        create("Create one", "traffic limit", "name: slow\nlimits: ['$ 1MB']\n");
        Until.passes(SOON, () -> assertThat(names("limiters")).contains("slow"));
        page.go("users");
        page.press("Delete slow");
        page.press("Delete it");
        page.untilClosed();
        Until.passes(SOON, () -> assertThat(names("limiters")).doesNotContain("slow"));
        create("New user list", "user list", "name: guests\nauths: [{username: eve, password: apple}]\n");
        Until.passes(SOON, () -> assertThat(names("authers")).contains("guests"));
        page.press("Delete guests");
        page.press("Delete it");
        page.untilClosed();
        Until.passes(SOON, () -> assertThat(names("authers")).doesNotContain("guests"));
    }

    private static void create(String verb, String noun, String yaml) throws Exception {
        page.press(verb);
        page.until("document.querySelector('h1')?.innerText === 'New " + noun + "' && field('The " + noun
                + " as YAML') || control('YAML')");
        page.press("YAML");
        page.fill("The " + noun + " as YAML", yaml);
        page.until("document.querySelector('[data-verdict=ok]')");
        page.press("Review and create");
        page.press("Create it");
        page.untilClosed();
    }

    private static List<String> names(String kind) throws Exception {
        return page.api("config/" + kind).getJsonArray("items").stream()
                .map(object -> ((JsonObject) object).getString("name"))
                .toList();
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void aServiceIsClonedAndDeletedFromItsMenu(int width) throws Exception {
        at(width);
        int port = Ports.free();
        page.go("services?member=relay-1");
        page.press("More for proxy on relay-1");
        page.press("Clone");
        page.fill("Address", "127.0.0.1:" + port);
        page.fill("Members", "relay-1");
        page.until("field('Name')?.value === 'proxy-copy' && document.querySelector('[data-verdict=ok]')");
        page.press("Review and create");
        page.until("document.querySelector('.diff .add')");
        page.press("Create it");
        page.untilClosed();
        Until.passes(SOON, () -> connects(port));
        page.go("services?member=relay-1");
        page.press("More for proxy-copy on relay-1");
        page.press("Delete…");
        page.fill("Where", "relay-1");
        page.press("Delete it");
        page.untilClosed();
        Until.passes(SOON, () -> assertThat(Gost.isOpen(port)).isFalse());
        page.go("services");
        page.press("Whole configuration");
        page.until("field('Configuration as YAML')?.value.includes('name: people')");
    }

    @ParameterizedTest(name = AT)
    @ValueSource(ints = {1280, 400})
    void whatIsSeenIsKeptStillSavedAndShownAsOneLikes(int width) throws Exception {
        at(width);
        page.go("events");
        page.press("Export");
        page.shows("events saved");
        page.dismissAll();
        for (String name : List.of("logs", "connections")) {
            page.go(name);
            page.press("Pause");
            page.press("Go on");
            page.until("control('Pause')");
        }
        page.press("admin, admin");
        page.press("Dark");
        page.until("document.documentElement.dataset.theme === 'dark'");
        page.press("admin, admin");
        page.press("As the system");
        page.until("!document.documentElement.dataset.theme");
    }

    @Test
    void everythingIsReachedByTab() throws Exception {
        for (String name : List.of(
                "overview",
                "connections",
                "endpoints",
                "agents",
                "members",
                "services",
                "users",
                "certificates",
                "history",
                "editor/services/proxy")) {
            page.go(name);
            Until.passes(
                    Duration.ofMinutes(1),
                    () -> assertThat(page.notReachedByTab()).as(name).isEmpty());
        }
    }

    /** Of dialogs, drawers and menus: Enter opens them, Tab stays inside, Escape closes them and gives the focus back. */
    @Test
    void whatIsOpenedByEnterKeepsTheFocusAndGivesItBack() throws Exception {
        for (boolean dark : new boolean[] {false, true}) {
            page.dark(dark);
            for (String[] verb : new String[][] {
                {"endpoints", "Disable " + warrens.endpointId()},
                {"endpoints", "Add an agent"},
                {"agents", "Kick home"},
                {"agents", "home"},
                {"members", "Log level"},
                {"users", "Add a user"},
                {"users", "Remove bob"},
                {"certificates", "Renew services[edge].listener.tls on relay-1"}
            }) {
                String what = verb[0] + ": " + verb[1];
                page.go(verb[0]);
                page.until("control(" + Page.quoted(verb[1]) + ")");
                page.run("control(" + Page.quoted(verb[1]) + ").focus()");
                page.enter();
                page.until("document.querySelector('dialog[open]')?.contains(document.activeElement)");
                untilReadable(what);
                for (int i = 0; i < 12; i++) {
                    page.tab();
                    assertThat(
                                    page.holds(
                                            "document.activeElement === document.body || document.querySelector('dialog[open]').contains(document.activeElement)"))
                            .as(what + " keeps the focus, which is at " + page.focused())
                            .isTrue();
                }
                page.key("Escape", 27, 0);
                page.untilClosed();
                page.until("named(document.activeElement) === " + Page.quoted(verb[1]));
            }
            page.go("members");
            page.until("control('What can be done with relay-1')");
            page.run("control('What can be done with relay-1').focus()");
            page.enter();
            page.until("document.querySelector('.menu')?.contains(document.activeElement)");
            page.key("ArrowDown", 40, 0);
            page.until("named(document.activeElement) === 'Reload its configuration'");
            page.key("Escape", 27, 0);
            page.until(
                    "!document.querySelector('.menu') && named(document.activeElement) === 'What can be done with relay-1'");
        }
    }

    @Test
    void aViewerIsOfferedNothingThatItMayNotDo() throws Exception {
        page.enter(warrens.console(0), "vera", "only-looking");
        page.go("endpoints");
        page.shows(String.valueOf(warrens.endpoint));
        assertThat(page.offers("Disable " + warrens.endpointId())).isFalse();
        page.go("services");
        page.shows("proxy");
        assertThat(page.offers("Create a service")).isFalse();
        page.go("editor/services/proxy");
        page.shows("Your role may look at this, not change it");
        assertThat(page.holds("document.querySelector('#main input').disabled")).isTrue();
        page.press("vera, viewer");
        page.press("Log out");
        page.until("document.getElementById('password')");
    }

    /** The clock runs from the kill to what is on the page. */
    @Test
    @Order(LAST)
    void aKilledMemberIsSeenWithinTwoSeconds() throws Exception {
        page.go("members");
        page.until("document.querySelector('[data-member=relay-3]')?.dataset.state === 'ready'");
        warrens.killThird();
        page.within(
                Duration.ofSeconds(2),
                "!document.querySelector('[data-member=relay-3]') || document.querySelector('[data-member=relay-3]').dataset.state === 'stale'");
        page.picture(SCREENS.resolve("members-one-killed.png"));
        page.go("overview");
        page.until(
                "document.querySelector('[data-health]').dataset.health !== 'ok' || document.querySelectorAll('.member-list [data-member]').length === 2");
        page.picture(SCREENS.resolve("overview-one-killed.png"));
        Until.passes(SOON, () -> warrens.answers(0));
    }
}
