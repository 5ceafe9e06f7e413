package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Gost;
import io.warren.fixture.Namespace;
import io.warren.fixture.Opened;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents that come back while their former selves still seem to be there. Two members and their agents, as processes in a network of their own. */
class TakeoverTest {
    private static final String[] MEMBERS = {"10.9.0.1", "10.9.0.3"};

    /** Where the agent is whose packets vanish. */
    private static final String FORMER = "10.9.0.2";

    private static final int VISITS = 10;
    private static final int PORT = 2001;

    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private final List<Program> members = new ArrayList<>();
    private Namespace net;

    @BeforeEach
    void network() throws Exception {
        net = opened.keep(Namespace.with(MEMBERS[0], MEMBERS[1], FORMER));
        for (String host : MEMBERS) {
            Path file = Files.writeString(directory.resolve(host + ".yml"), """
                    cluster:
                      name: test
                      secret: five-and-twenty-blackbirds
                      member: HOST
                      addr: HOST:5701
                      join: [10.9.0.1:5701, 10.9.0.3:5701]
                    services:
                    - name: agents
                      addr: HOST:8421
                      handler: {type: relay, metadata: {bind: true, bind.host: HOST}}
                      listener: {type: tcp}
                    """.replace("HOST", host));
            members.add(opened.keep(Program.warren(Optional.of(net), directory, "-C", file.toString())));
        }
        for (Program member : members) {
            member.says("member is here member=10.9.0.1").says("member is here member=10.9.0.3");
        }
        opened.keep(Program.java(Optional.of(net), directory, "io.warren.fixture.Visits", "serve", "9001", "former"))
                .says("serving");
        opened.keep(Program.java(Optional.of(net), directory, "io.warren.fixture.Visits", "serve", "9002", "later"))
                .says("serving");
    }

    @CanIgnoreReturnValue
    private Program agent(String kind, String member, int target, String interfaces) throws Exception {
        String name = kind.equals("gost") ? "" : "?agent=home";
        String[] arguments = {
            "-L",
            "rtcp://:" + PORT + "/127.0.0.1:" + target + name,
            "-F",
            "relay://" + member + ":8421" + (interfaces.isEmpty() ? "" : "?interface=" + interfaces)
        };
        return opened.keep(
                kind.equals("gost")
                        ? Gost.at(Optional.of(net), directory, arguments)
                        : Program.warren(Optional.of(net), directory, arguments));
    }

    private static void untilBound(Program member, int times) throws Exception {
        String bound = "bound endpoint=tcp :" + PORT;
        Until.holds(() -> member.log().split(bound, -1).length > times);
    }

    /** Members that have just met may hear of each other's agents with the next digest only. */
    private void untilOpen(String member) throws Exception {
        Until.holds(() -> opens(member));
    }

    private boolean opens(String member) {
        try {
            return net.run("bash", "-c", "exec 3<>/dev/tcp/" + member + "/" + PORT + " && echo open")
                    .contains("open\n");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> visits(String member) throws Exception {
        String log = opened.keep(Program.java(
                        Optional.of(net),
                        directory,
                        "io.warren.fixture.Visits",
                        "visit",
                        member,
                        "" + PORT,
                        "" + VISITS))
                .says("done")
                .log();
        System.out.println(log.replace('\n', ' '));
        return log.lines().filter(line -> !line.equals("done")).toList();
    }

    @ParameterizedTest
    @CsvSource({"gost, 0", "gost, 1", "warren, 0", "warren, 1"})
    void visitorsReachTheAgentThatCameBackAndNotTheOneWhosePacketsVanish(String kind, int back) throws Exception {
        agent(kind, MEMBERS[0], 9001, FORMER);
        untilBound(members.get(0), 1);
        untilOpen(MEMBERS[1]);
        assertThat(visits(MEMBERS[1])).allMatch(answer -> answer.startsWith("former "));
        net.run("iptables", "-A", "INPUT", "-s", FORMER, "-j", "DROP");
        net.run("iptables", "-A", "INPUT", "-d", FORMER, "-j", "DROP");
        agent(kind, MEMBERS[back], 9002, "");
        untilBound(members.get(back), back == 0 ? 2 : 1);
        for (String member : MEMBERS) {
            assertThat(visits(member)).hasSize(VISITS).allMatch(answer -> answer.startsWith("later "));
        }
        if (kind.equals("warren")) {
            members.get(0).says("replaced by a later session of the same agent endpoint=tcp :" + PORT);
        }
        members.get(0).says("released endpoint=tcp :" + PORT);
    }

    @Test
    void agentWithTwoSessionsAnswersWhileAMemberIsKilled() throws Exception {
        opened.keep(Program.warren(
                Optional.of(net),
                directory,
                "-L",
                "rtcp://:" + PORT + "/127.0.0.1:9001?sessions=2&agent=home",
                "-F",
                "relay://10.9.0.1:8421,10.9.0.3:8421"));
        untilBound(members.get(0), 1);
        untilBound(members.get(1), 1);
        String[] visit = {"visit", MEMBERS[1], "" + PORT, "1500"};
        Program visitor = opened.keep(Program.java(Optional.of(net), directory, "io.warren.fixture.Visits", visit));
        visitor.says("\nformer ");
        members.get(0).kill();
        List<String> answers = visitor.says("done")
                .log()
                .lines()
                .filter(line -> !line.equals("done"))
                .toList();
        long longest = answers.stream()
                .mapToLong(answer -> Long.parseLong(answer.substring(answer.indexOf(" ") + 1)))
                .max()
                .orElseThrow();
        System.out.printf("%d visits, the longest %d ms%n", answers.size(), longest);
        assertThat(answers.stream().filter(answer -> !answer.startsWith("former ")))
                .as("who was on the way over the member that was killed")
                .hasSizeLessThanOrEqualTo(1);
        assertThat(longest).isLessThan(1000);
    }

    @Test
    void agentsThatProveThatTheyLiveShareTheVisitors() throws Exception {
        agent("gost", MEMBERS[0], 9001, FORMER);
        untilBound(members.get(0), 1);
        agent("gost", MEMBERS[1], 9002, "");
        untilBound(members.get(1), 1);
        untilOpen(MEMBERS[1]);
        List<String> answers = new ArrayList<>(visits(MEMBERS[0]));
        answers.addAll(visits(MEMBERS[1]));
        assertThat(answers).anyMatch(answer -> answer.startsWith("former "));
        assertThat(answers).anyMatch(answer -> answer.startsWith("later "));
    }
}
