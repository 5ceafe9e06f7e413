package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Browser;
import io.warren.fixture.Gost;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
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
                    String what = name.replaceAll("[/?=]", "-") + "-" + width + (dark ? "-dark" : "-light");
                    page.picture(SCREENS.resolve(what + ".png"));
                    assertThat(page.holds("document.documentElement.scrollWidth <= innerWidth"))
                            .as(what + " fits")
                            .isTrue();
                    assertThat(page.unreadable()).as(what).isEmpty();
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

    @Test
    void connectionsAreFoundAndClosed() throws Exception {
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

    @Test
    void aDisabledEndpointRefusesVisitorsEverywhere() throws Exception {
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

    @Test
    void anAgentsWeightIsSet() throws Exception {
        page.go("endpoints?open=" + warrens.endpointId().replace(" ", "%20"));
        page.shows("Agents behind it");
        page.press("Set the weight of home");
        page.fill("Weight", "7");
        page.press("Set the weight");
        page.shows("weight 7");
        page.press("Close");
    }

    @Test
    void anEndpointsLimitIsSet() throws Exception {
        page.go("endpoints?open=" + warrens.endpointId().replace(" ", "%20"));
        page.shows("Limit at each member");
        page.press("Limit…");
        page.fill("To visitors", "100MB");
        page.press("Set the limit");
        page.shows("any from visitors, 100MB/s to them");
        page.press("Close");
        page.go("users");
        page.shows("Counts for");
    }

    @Test
    void aKickedAgentStaysOutUntilItIsLetBack() throws Exception {
        page.go("agents");
        page.press("Kick home");
        page.press("Kick it");
        Until.passes(SOON, () -> warrens.refuses(1));
        page.shows("Kept out");
        page.picture(SCREENS.resolve("agents-kept-out.png"));
        page.press("Let it back");
        Until.passes(Duration.ofSeconds(60), () -> warrens.answers(1));
        page.showsNoMore("Kept out");
    }

    /** The command line is taken as it stands, but for the password and the program's name. */
    @Test
    void theCommandLineForAnAgentWorks() throws Exception {
        int port = Ports.free();
        page.go("endpoints");
        page.press("Add an agent");
        page.fill("Port on the members", "" + port);
        page.fill("What is published", "127.0.0.1:" + warrens.echoPort());
        page.until("field('Through the service')?.value === 'agents'");
        page.fill("User", "bob");
        page.fill("Name of the agent", "attic");
        page.until("document.querySelector('[data-command=warren]')?.innerText.includes('attic')");
        page.picture(SCREENS.resolve("add-an-agent.png"));
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

    @Test
    void aServiceIsMadeChangedRolledBackAndDeleted() throws Exception {
        int port = Ports.free();
        page.go("services");
        page.press("Create a service");
        page.fill("Name", "fresh");
        page.fill("Address", "127.0.0.1:" + port);
        page.fill("Handler", "nonsense");
        page.until("document.querySelector('[data-verdict=bad]')");
        page.shows("nonsense");
        page.picture(SCREENS.resolve("editor-problem.png"));
        page.fill("Handler", "socks5");
        page.fill("Members", "relay-1");
        page.until("document.querySelector('[data-verdict=ok]')");
        page.press("Review and create");
        page.until("document.querySelector('.diff .add')");
        page.picture(SCREENS.resolve("editor-review.png"));
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
        page.run(
                "[...document.querySelectorAll('[data-version]')][1].querySelector('button[aria-label^=Roll]').click()");
        page.until("document.querySelector('dialog[open] .diff')");
        page.picture(SCREENS.resolve("history-roll-back.png"));
        page.press("Roll back");
        Until.passes(SOON, () -> connects(port));
        page.untilClosed();

        page.go("editor/services/fresh?member=relay-1");
        page.press("Delete fresh");
        page.fill("Where", "relay-1");
        page.press("Delete it");
        Until.passes(SOON, () -> assertThat(Gost.isOpen(port)).isFalse());
    }

    @Test
    void aDisabledServiceIsClosedOnItsMemberUntilItIsEnabled() throws Exception {
        page.go("services?member=relay-2");
        page.press("Disable proxy on relay-2");
        page.press("Disable it");
        page.untilClosed();
        Until.passes(
                SOON,
                () -> assertThat(Gost.isOpen("127.0.0.2", warrens.proxyPort)).isFalse());
        assertThat(Gost.isOpen("127.0.0.1", warrens.proxyPort)).isTrue();
        page.until("row('proxy')?.innerText.includes('Disabled')");
        page.picture(SCREENS.resolve("services-disabled.png"));
        page.press("Enable proxy on relay-2");
        Until.passes(
                SOON,
                () -> assertThat(Gost.isOpen("127.0.0.2", warrens.proxyPort)).isTrue());
        page.until("row('proxy')?.innerText.includes('Ready')");
    }

    @Test
    void verbsAreWithinReachOnATelephone() throws Exception {
        Warrens.Visitor visitor = warrens.visit(1);
        page.size(400, 800);
        page.go("connections?member=relay-2&q=127.0.0.1:" + visitor.port());
        page.until("document.querySelector('[data-total]')?.dataset.total === '1'");
        page.picture(SCREENS.resolve("connections-one-400.png"));
        page.press("Close the connection of 127.0.0.1:" + visitor.port());
        Until.passes(SOON, () -> assertThat(visitor.isCutOff()).isTrue());

        page.go("endpoints");
        page.press("Disable " + warrens.endpointId());
        page.until("document.querySelector('dialog[open]')");
        page.picture(SCREENS.resolve("endpoint-disable-400.png"));
        assertThat(page.holds("document.documentElement.scrollWidth <= innerWidth"))
                .isTrue();
        page.press("Disable it");
        page.untilClosed();
        Until.passes(SOON, () -> warrens.refuses(2));
        page.press("Enable " + warrens.endpointId());
        Until.passes(SOON, () -> warrens.answers(2));

        page.go("services?member=relay-1");
        page.press("Disable proxy on relay-1");
        page.press("Disable it");
        page.untilClosed();
        Until.passes(SOON, () -> assertThat(Gost.isOpen(warrens.proxyPort)).isFalse());
        page.picture(SCREENS.resolve("services-disabled-400.png"));
        page.press("Enable proxy on relay-1");
        Until.passes(SOON, () -> assertThat(Gost.isOpen(warrens.proxyPort)).isTrue());

        page.go("agents");
        page.press("Kick home");
        page.press("Kick it");
        page.untilClosed();
        Until.passes(SOON, () -> warrens.refuses(0));
        page.press("Let it back");
        Until.passes(Duration.ofMinutes(1), () -> warrens.answers(0));

        page.go("members");
        page.press("What can be done with relay-2");
        page.press("Drain…");
        page.fill("Grace time", "1s");
        page.press("Drain it");
        page.until("document.querySelector('[data-member=relay-2]')?.dataset.state === 'draining'");
        page.press("What can be done with relay-2");
        page.press("Serve again");
        page.until("document.querySelector('[data-member=relay-2]')?.dataset.state === 'ready'");
        Until.passes(SOON, () -> warrens.answers(1));
    }

    private static void connects(int port) {
        assertThat(Gost.isOpen(port)).as("port " + port + " is open").isTrue();
    }

    @Test
    @Order(FIRST + 1)
    void aUserIsAddedEverywhereAndRemovedAgain() throws Exception {
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

    @Test
    void aDrainedMemberIsSaidSoAndServesAgain() throws Exception {
        page.go("members");
        page.press("What can be done with relay-2");
        page.press("Drain…");
        page.fill("Grace time", "1s");
        page.press("Drain it");
        page.until("document.querySelector('[data-member=relay-2]')?.dataset.state === 'draining'");
        page.picture(SCREENS.resolve("members-draining.png"));
        page.press("What can be done with relay-2");
        page.press("Serve again");
        page.until("document.querySelector('[data-member=relay-2]')?.dataset.state === 'ready'");
        Until.passes(SOON, () -> warrens.answers(1));
    }

    @Test
    void theLogLevelIsSetAndActionsAreRemembered() throws Exception {
        page.go("logs");
        page.press("Set the level");
        page.fill("Level", "debug");
        page.fill("Logger", "session");
        page.press("Set the level");
        page.shows("Level debug is set");
        page.until("document.querySelectorAll('.log li').length > 5");
        page.go("events?kind=audit");
        page.until("row('admin')");
        page.shows("logLevel");
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

    @Test
    @Order(LAST - 1)
    void aCertificateIsRenewedAndVisitorsAreShownTheNewOne() throws Exception {
        page.go("certificates?member=relay-2");
        page.press("Renew services[edge].listener.tls on relay-2");
        page.fill("Certificate", warrens.pem("fresh.pem"));
        page.fill("Key", warrens.pem("edge.key"));
        page.press("Use it");
        page.until("document.querySelector('dialog[open] [role=alert]')?.innerText.includes('Not the key of the')");
        page.picture(SCREENS.resolve("certificate-refused.png"));
        page.fill("Key", warrens.pem("fresh.key"));
        page.press("Use it");
        page.untilClosed();
        page.until("row('relay-2')?.innerText.includes('replaced here')");
        page.picture(SCREENS.resolve("certificate-renewed.png"));
        Until.passes(SOON, () -> assertThat(warrens.edgeShows(1)).contains("fresh.example.org"));
        assertThat(warrens.edgeShows(0)).contains("edge.example.org");
    }

    @Test
    void chartsHaveLines() throws Exception {
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
