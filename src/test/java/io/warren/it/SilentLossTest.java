package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Gost;
import io.warren.fixture.Namespace;
import io.warren.fixture.Opened;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import io.warren.net.Vigil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that are lost without a goodbye: by packets that vanish, and by processes that stop. With processes in a network of their own. */
class SilentLossTest {
    /** On a machine that is busy with other tests. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private static final Pattern PORT = Pattern.compile("(released|bound) endpoint=(tcp|udp) \\S*:(\\d+)");

    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private Namespace net;
    private Program member;

    @BeforeEach
    void network() throws Exception {
        net = opened.keep(Namespace.with("10.9.0.1", "10.9.0.2"));
        Path file = Files.writeString(directory.resolve("member.yml"), """
                services:
                - name: agents
                  addr: 10.9.0.1:8421
                  handler: {type: relay, metadata: {bind: true}}
                  listener: {type: tcp}
                - name: proxy
                  addr: 10.9.0.1:1080
                  handler: {type: socks5, metadata: {bind: true, udp: true}}
                  listener: {type: tcp}
                """);
        member = opened.keep(Program.warren(Optional.of(net), directory, "-C", file.toString()));
        member.says("listening service=agents").says("listening service=proxy");
    }

    @CanIgnoreReturnValue
    private Program agent(boolean gost, String node, int port) throws Exception {
        String[] arguments = {
            "-L", "rtcp://:" + port + "/127.0.0.1:9", "-L", "rudp://:" + port + "/127.0.0.1:9", "-F", node
        };
        Program agent = opened.keep(
                gost
                        ? Gost.at(Optional.of(net), directory, arguments)
                        : Program.warren(Optional.of(net), directory, arguments));
        untilOpen(port, 2);
        return agent;
    }

    private void untilOpen(int port, int count) throws Exception {
        untilOpen(Duration.ofSeconds(20), port, count);
    }

    private void untilOpen(Duration time, int port, int count) throws Exception {
        Until.passes(
                time,
                () -> assertThat(open(port))
                        .as("port %d: %s", port, member.log())
                        .isEqualTo(count));
    }

    private long open(int port) {
        long open = 0;
        Matcher lines = PORT.matcher(member.log());
        while (lines.find()) {
            if (Integer.parseInt(lines.group(3)) == port) {
                open += lines.group(1).equals("bound") ? 1 : -1;
            }
        }
        return open;
    }

    private void drop(int port) throws Exception {
        net.run("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "" + port, "-j", "DROP");
        net.run("iptables", "-A", "INPUT", "-p", "tcp", "--sport", "" + port, "-j", "DROP");
    }

    private void forward() throws Exception {
        net.run("iptables", "-F");
    }

    private void lost(long since, int... ports) throws Exception {
        for (int port : ports) {
            untilOpen(Vigil.WITHIN.plus(MARGIN), port, 0);
            System.out.printf("port %d: loss noticed after %d ms%n", port, (System.nanoTime() - since) / 1_000_000);
        }
    }

    private static int losses(Program agent) {
        return agent.log().split("asking again", -1).length - 1;
    }

    @Test
    void agentsWhosePacketsVanishAreNoticedAtBothEndsAndComeBack() throws Exception {
        Program overRelay = agent(false, "relay://10.9.0.1:8421", 2001);
        Program overSocks = agent(false, "socks5://10.9.0.1:1080", 2002);
        Map<Program, Integer> before = new HashMap<>();
        List.of(overRelay, overSocks).forEach(agent -> before.put(agent, losses(agent)));
        drop(8421);
        drop(1080);
        long since = System.nanoTime();
        lost(since, 2001, 2002);
        Until.passes(
                MARGIN,
                () -> before.forEach((agent, earlier) ->
                        assertThat(losses(agent)).as(agent.log()).isEqualTo(earlier + 2)));
        forward();
        untilOpen(2001, 2);
        untilOpen(2002, 2);
    }

    @Test
    void gostAgentsWhosePacketsVanishAreNoticed() throws Exception {
        Gost.assume();
        agent(true, "relay://10.9.0.1:8421", 2003);
        agent(true, "socks5://10.9.0.1:1080", 2004);
        agent(true, "relay://10.9.0.1:8421?mux.version=1", 2005);
        drop(8421);
        drop(1080);
        lost(System.nanoTime(), 2003, 2004, 2005);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay://10.9.0.1:8421", "socks5://10.9.0.1:1080"})
    void stoppedProcessOfAWarrenAgentIsNoticedAndWelcomeWhenItGoesOn(String node) throws Exception {
        Program agent = agent(false, node, 2006);
        // A visit is over when both ends have long agreed on the pulse.
        net.run("curl", "-s", "--max-time", "5", "http://10.9.0.1:2006/");
        agent.signal("STOP");
        long since = System.nanoTime();
        for (String network : List.of("tcp", "udp")) {
            Until.passes(
                    Vigil.WITHIN.plus(MARGIN),
                    () -> assertThat(member.log()).contains("released endpoint=" + network + " :2006"));
        }
        System.out.printf("stopped process noticed after %d ms%n", (System.nanoTime() - since) / 1_000_000);
        agent.signal("CONT");
        untilOpen(Duration.ofSeconds(10), 2006, 2);
    }
}
