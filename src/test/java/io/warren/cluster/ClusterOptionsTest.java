package io.warren.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.MapSettings;
import io.warren.net.Address;
import io.warren.spi.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterOptionsTest {
    @TempDir
    Path dir;

    private static List<String> problems(Object... keysAndValues) {
        MapSettings settings = MapSettings.of(keysAndValues);
        assertThat(ClusterOptions.read(settings)).isNotNull();
        return settings.problems();
    }

    @Test
    void emptySectionIsAMemberOnLoopbackWithoutASecret() {
        MapSettings settings = MapSettings.of();
        ClusterOptions options = ClusterOptions.read(settings);
        assertThat(settings.problems()).isEmpty();
        assertThat(options.name()).isEqualTo("warren");
        assertThat(options.secret().isEmpty()).isTrue();
        assertThat(options.addr()).isEqualTo(Address.parse("127.0.0.1:5701"));
        assertThat(options.join()).isEmpty();
        assertThat(options.member()).matches(".+-[0-9a-z]{4}");
        assertThat(ClusterOptions.read(settings).member()).isNotEqualTo(options.member());
    }

    @Test
    void trunkAndBusFollowTheAddress() {
        for (String host : List.of("10.0.0.1", "[2001:db8::1]")) {
            ClusterOptions options = ClusterOptions.read(MapSettings.of("addr", host + ":7000", "secret", "s"));
            assertThat(options.trunk()).isEqualTo(Address.parse(host + ":7100"));
            assertThat(options.bus()).isEqualTo(Address.parse(host + ":7200"));
        }
    }

    @Test
    void everyKeyIsRead() {
        ClusterOptions options = ClusterOptions.read(MapSettings.of(
                "name", "relays",
                "secret", "change-me",
                "member", "relay-1",
                "addr", "10.0.0.1:5701",
                "trunk", "10.0.1.1:6801",
                "trunk.tls", false,
                "bus", "10.0.2.1:6901",
                "join", List.of("10.0.0.2:5702", "10.0.0.3"),
                "slack", 7,
                "grace", "1m"));
        assertThat(options)
                .isEqualTo(new ClusterOptions(
                        "relays",
                        Secret.of("change-me"),
                        "relay-1",
                        Address.parse("10.0.0.1:5701"),
                        Address.parse("10.0.1.1:6801"),
                        false,
                        Address.parse("10.0.2.1:6901"),
                        List.of(Address.parse("10.0.0.2:5702"), Address.parse("10.0.0.3:5701")),
                        7,
                        Duration.ofMinutes(1)));
    }

    @Test
    void trunkIsEncryptedUnlessTheConfigurationSaysOtherwiseWhichIsWarnedOfOffLoopback() {
        assertThat(ClusterOptions.read(MapSettings.of()).trunkTls()).isTrue();
        MapSettings loopback = MapSettings.of("trunk.tls", false);
        assertThat(ClusterOptions.read(loopback).trunkTls()).isFalse();
        assertThat(loopback.warnings()).isEmpty();
        MapSettings open = MapSettings.of("trunk.tls", false, "addr", "10.0.0.1:5701", "secret", "s");
        assertThat(ClusterOptions.read(open).trunkTls()).isFalse();
        assertThat(open.problems()).isEmpty();
        assertThat(open.warnings())
                .containsExactly(
                        "section.trunk.tls: whoever reaches 10.0.0.1:5801 can read visitors' bytes between members,"
                                + " and pass as a member there");
    }

    @Test
    void nameForAllMembersTakesTheOwnPort() {
        ClusterOptions options = ClusterOptions.read(
                MapSettings.of("addr", "10.0.0.1:6000", "secret", "s", "join", "dns:relays.default.svc.cluster.local"));
        assertThat(options.join()).containsExactly(Address.of("relays.default.svc.cluster.local", 6000));
    }

    @Test
    void addressThatIsNotLoopbackNeedsASecret() {
        assertThat(problems("addr", "10.0.0.1:5701"))
                .containsExactly("section.secret: a cluster needs a secret or secretFile, since 10.0.0.1:5701 is not a"
                        + " loopback address");
        assertThat(problems("trunk", "[2001:db8::1]:1")).hasSize(1);
        assertThat(problems("bus", "10.0.0.1:1")).hasSize(1);
        assertThat(problems("join", List.of("127.0.0.2:1", "[::1]:2"))).isEmpty();
        assertThat(problems("join", List.of("127.0.0.2:1", "relays:5701"))).hasSize(1);
        assertThat(problems("join", "dns:relays")).hasSize(1);
    }

    @Test
    void addressThatNamesNoInterfaceIsRefused() {
        assertThat(problems("addr", ":5701", "secret", "s"))
                .containsExactly(
                        "section.addr: address \":5701\" names no interface (expected: the host other members reach)");
        assertThat(problems("addr", "0.0.0.0:5701", "secret", "s")).hasSize(1);
        assertThat(problems("trunk", "[::]:5701", "secret", "s")).hasSize(1);
    }

    @Test
    void portsAreChecked() {
        assertThat(problems("addr", "127.0.0.1:70000"))
                .containsExactly("section.addr: port \"70000\" of address \"127.0.0.1:70000\" (expected: 0 to 65535)");
        assertThat(problems("addr", "127.0.0.1:65500"))
                .containsExactly(
                        "section.trunk: port 65600 by default (expected: at most 65535)",
                        "section.bus: port 65700 by default (expected: at most 65535)");
        assertThat(problems("join", "127.0.0.1:x")).hasSize(1);
    }

    @Test
    void secretComesFromAFile() throws Exception {
        Path file = Files.writeString(dir.resolve("secret"), "from a file\n");
        assertThat(ClusterOptions.read(MapSettings.of("secretFile", file.toString()))
                        .secret())
                .isEqualTo(Secret.of("from a file"));
        assertThat(problems("secretFile", file.toString(), "secret", "s"))
                .containsExactly("section.secretFile: secret and secretFile are both given (expected: one of them)");
        assertThat(problems("secretFile", dir.resolve("none").toString()))
                .containsExactly(
                        "section.secretFile: file " + dir.resolve("none") + " cannot be read (NoSuchFileException)");
        Path empty = Files.writeString(dir.resolve("empty"), " \n");
        assertThat(problems("secretFile", empty.toString()))
                .containsExactly("section.secretFile: file " + empty + " is empty");
    }

    @Test
    void secretIsNotPrinted() {
        assertThat(ClusterOptions.read(MapSettings.of("secret", "change-me")).toString())
                .doesNotContain("change-me");
    }
}
