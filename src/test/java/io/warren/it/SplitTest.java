package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Namespace;
import io.warren.fixture.Opened;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of four in two places, and a line between these that fails and comes back. Members and agents are processes. */
class SplitTest {
    private static final String[] HOSTS = {"10.9.0.1", "10.9.0.2", "10.9.1.1", "10.9.1.2"};
    private static final int HALF = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private final List<Namespace> places = new ArrayList<>();
    private final List<Program> members = new ArrayList<>();

    @BeforeEach
    void network() throws Exception {
        for (int place = 0; place < 2; place++) {
            Namespace namespace = opened.keep(Namespace.with(HOSTS[HALF * place], HOSTS[HALF * place + 1]));
            places.add(namespace);
            opened.keep(Program.java(
                            Optional.of(namespace),
                            directory,
                            "io.warren.fixture.Visits",
                            "serve",
                            "9001",
                            "at-" + place))
                    .says("serving");
        }
        places.get(0).line("line", places.get(1), "line");
        for (int place = 0; place < 2; place++) {
            places.get(place).run("ip", "addr", "add", "10.9.9." + (place + 1) + "/24", "dev", "line");
            places.get(place).run("ip", "link", "set", "line", "up");
        }
        for (int place = 0; place < 2; place++) {
            String other = "10.9." + (1 - place) + ".0/24";
            String here = HOSTS[HALF * place];
            places.get(place).run("ip", "route", "add", other, "via", "10.9.9." + (2 - place), "src", here);
        }
        for (int i = 0; i < HOSTS.length; i++) {
            members.add(opened.keep(Program.warren(
                    Optional.of(places.get(i / HALF)),
                    directory,
                    "-C",
                    configuration(HOSTS[i]).toString())));
        }
        for (Program member : members) {
            for (String host : HOSTS) {
                member.says("member is here member=" + host);
            }
        }
    }

    private Path configuration(String host) throws Exception {
        return Files.writeString(directory.resolve(host + ".yml"), """
                cluster:
                  name: test
                  secret: five-and-twenty-blackbirds
                  member: HOST
                  addr: HOST:5701
                  join: [10.9.0.1:5701, 10.9.0.2:5701, 10.9.1.1:5701, 10.9.1.2:5701]
                authers:
                - name: users
                  auths:
                  - {username: alice, password: a}
                  - {username: bob, password: b}
                services:
                - name: agents
                  addr: HOST:8421
                  handler: {type: relay, auther: users, metadata: {bind: true, bind.host: HOST}}
                  listener: {type: tcp}
                """.replace("HOST", host));
    }

    private void line(String state) throws Exception {
        places.get(0).run("iptables", state.equals("cut") ? "-A" : "-D", "INPUT", "-i", "line", "-j", "DROP");
    }

    @CanIgnoreReturnValue
    private Program agent(String user, int member, int port) throws Exception {
        return opened.keep(Program.warren(
                Optional.of(places.get(member / HALF)),
                directory,
                "-L",
                "rtcp://:" + port + "/127.0.0.1:9001",
                "-F",
                "relay://" + user + ":" + user.charAt(0) + "@" + HOSTS[member] + ":8421"));
    }

    private void bound(int member, int port) throws InterruptedException {
        members.get(member).says("bound endpoint=tcp :" + port);
    }

    /** Who answers at the port of a member. */
    private String visit(int member, int port) throws Exception {
        String open = "exec 2>&- 3<>/dev/tcp/" + HOSTS[member] + "/" + port;
        return places.get(member / HALF)
                .run("bash", "-c", open + " && timeout 5 head -n 1 <&3")
                .strip();
    }

    private void answers(int port, String who, int... at) throws Exception {
        Until.passes(PATIENCE, () -> {
            for (int member : at) {
                assertThat(visit(member, port))
                        .as(":%d at %s", port, HOSTS[member])
                        .isEqualTo(who);
            }
        });
    }

    @Test
    void bothHalvesServeWhatTheyHoldAndAreOneAgainAfterwards() throws Exception {
        agent("alice", 0, 2001);
        agent("alice", 2, 2002);
        answers(2001, "at-0", 0, 1, 2, 3);
        answers(2002, "at-1", 0, 1, 2, 3);

        line("cut");
        members.get(0).says("member has left member=10.9.1.1").says("member has left member=10.9.1.2");
        members.get(2).says("member has left member=10.9.0.1").says("member has left member=10.9.0.2");
        members.get(1).says("member has left member=10.9.1.1").says("member has left member=10.9.1.2");
        members.get(3).says("member has left member=10.9.0.1").says("member has left member=10.9.0.2");

        // Each half goes on with what it holds, and takes what is new.
        answers(2001, "at-0", 0, 1);
        answers(2002, "at-1", 2, 3);
        agent("bob", 1, 2003);
        bound(1, 2003);
        Program late = agent("alice", 3, 2003);
        agent("alice", 3, 2004);
        bound(3, 2003);
        bound(3, 2004);
        Program later = agent("bob", 1, 2004);
        bound(1, 2004);
        Program first = agent("alice", 0, 2005);
        agent("alice", 2, 2005);
        answers(2003, "at-0", 0, 1);
        answers(2003, "at-1", 2, 3);
        answers(2004, "at-0", 0, 1);
        answers(2004, "at-1", 2, 3);
        answers(2005, "at-0", 0, 1);
        answers(2005, "at-1", 2, 3);

        line("mended");
        long mended = System.nanoTime();
        int[] all = {0, 1, 2, 3};
        answers(2001, "at-0", all);
        answers(2002, "at-1", all);
        // The older claim wins, in whichever half it was made.
        answers(2003, "at-0", all);
        answers(2004, "at-1", all);
        System.out.printf("one again after %d ms%n", (System.nanoTime() - mended) / 1_000_000);
        members.get(3).says("ended: tcp :2003 belongs to another user");
        members.get(1).says("ended: tcp :2004 belongs to another user");
        for (Program loser : List.of(late, later)) {
            loser.says("not bound, asking again until it is: relay status 3, tcp :200")
                    .says("belongs to another user");
        }
        // The agents of one user are one pool: what one member's agent leaves goes to the other half's.
        answers(2005, "at-0", 0);
        answers(2005, "at-1", 2);
        first.close();
        answers(2005, "at-1", all);

        // And it is one cluster for what is new.
        agent("alice", 3, 2006);
        agent("alice", 0, 2007);
        answers(2006, "at-1", all);
        answers(2007, "at-0", all);
        for (int member : all) {
            agent("bob", member, 2006).says("relay status 3, tcp :2006 belongs to another user");
            members.get(member).says("tcp :2006 belongs to another user");
        }
    }
}
