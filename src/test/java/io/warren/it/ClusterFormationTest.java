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
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to find the other members, as processes that are told everything on the command line. */
class ClusterFormationTest {
    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private Namespace net;
    private Path secret;

    private void world(String... addresses) throws Exception {
        net = opened.keep(Namespace.with(addresses));
        secret = Files.writeString(directory.resolve("secret"), "change-me\n");
    }

    private void targets(String... services) throws Exception {
        opened.keep(Program.java(Optional.of(net), directory, "io.warren.fixture.Targets", services))
                .says("targets are there");
    }

    @CanIgnoreReturnValue
    private Program run(String... arguments) throws Exception {
        return opened.keep(Program.warren(Optional.of(net), directory, arguments));
    }

    private Program member(String host, String join) throws Exception {
        return run(
                "--cluster",
                "--cluster-name",
                "relays",
                "--cluster-addr",
                host + ":5701",
                "--member",
                "at-" + host,
                "--secret-file",
                secret.toString(),
                "--join",
                join,
                "-L",
                "relay://" + host + ":8421?bind=true&bind.host=" + host.replaceAll("[\\[\\]]", ""));
    }

    private void eventuallyWelcomes(String url) throws Exception {
        Until.passes(
                Duration.ofSeconds(15),
                () -> assertThat(net.run("curl", "-sS", "-g", "--max-time", "5", url))
                        .as(url)
                        .isEqualTo("welcome"));
    }

    @Test
    void membersAtIpv6AddressesServeEachOthersPorts() throws Exception {
        world("fd00::1", "fd00::2");
        targets("http:127.0.0.1:80");
        String join = "[fd00::1]:5701,[fd00::2]:5701";
        Program first = member("[fd00::1]", join);
        member("[fd00::2]", join).says("joined");
        first.says("member is here member=at-[fd00::2]");

        run("-L", "rtcp://:7000/127.0.0.1:80", "-F", "relay://[fd00::1]:8421");

        eventuallyWelcomes("http://[fd00::1]:7000/");
        eventuallyWelcomes("http://[fd00::2]:7000/");
    }

    @Test
    void membersAreFoundByAllAddressesOfOneName() throws Exception {
        world();
        net.nameserver("127.0.0.1");
        targets("dns:127.0.0.1:53", "http:127.0.0.1:80");
        String join = "dns:relays.example";
        Program first = member("127.0.0.1", join);
        member("127.0.0.2", join).says("joined");
        first.says("member is here member=at-127.0.0.2");

        run("-L", "rtcp://:7000/127.0.0.1:80", "-F", "relay://127.0.0.2:8421");

        eventuallyWelcomes("http://127.0.0.1:7000/");
        eventuallyWelcomes("http://127.0.0.2:7000/");
    }
}
