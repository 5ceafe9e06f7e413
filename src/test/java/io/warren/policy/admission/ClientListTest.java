package io.warren.policy.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.spi.Admission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientListTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private ClientList read(Object... keysAndValues) {
        return ClientList.read(vertx, MapSettings.of(keysAndValues));
    }

    private static Address client(String ip) {
        return Address.of(ip, 40_000);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,127.0.0.1,true",
        "127.0.0.1,127.0.0.2,false",
        "10.0.0.0/8,10.2.3.4,true",
        "10.0.0.0/8,::ffff:10.2.3.4,true",
        "::1,::1,true",
        "::1,::2,false",
        "fd00::/8,fdff::1,true",
        "0.0.0.0/0,::1,false",
        "::/0,::1,true"
    })
    void listDeniesWhatItContainsAndWhitelistTheRest(String matcher, String client, boolean listed) {
        assertThat(read("matchers", List.of(matcher)).admits(client(client))).isEqualTo(!listed);
        assertThat(read("matchers", List.of(matcher), "whitelist", true).admits(client(client)))
                .isEqualTo(listed);
        assertThat(read("matchers", List.of(matcher), "reverse", true).admits(client(client)))
                .isEqualTo(listed);
    }

    @Test
    void emptyListAdmitsAllAndEmptyWhitelistNobody() {
        assertThat(read().admits(client("::1"))).isTrue();
        assertThat(read("whitelist", true).admits(client("::1"))).isFalse();
    }

    @Test
    void namesStandForTheirAddresses() throws Exception {
        ClientList list = read("matchers", List.of("localhost", "192.0.2.1", "no-such-name.invalid"));
        assertThat(list.admits(client("192.0.2.1"))).isFalse();
        Until.done(list.ready());

        assertThat(list.admits(client("127.0.0.1"))).isFalse();
        assertThat(list.admits(client("192.0.2.1"))).isFalse();
        assertThat(list.admits(client("192.0.2.2"))).isTrue();
    }

    @Test
    void allOfSeveralHaveToAdmit() {
        Admission office = read("whitelist", true, "matchers", List.of("10.0.0.0/8"));
        Admission banned = read("matchers", List.of("10.6.6.6"));
        Admission both = Admissions.allOf(List.of(office, banned));

        assertThat(both.admits(client("10.1.1.1"))).isTrue();
        assertThat(both.admits(client("10.6.6.6"))).isFalse();
        assertThat(both.admits(client("192.0.2.1"))).isFalse();
        assertThat(Admissions.allOf(List.of()).admits(client("192.0.2.1"))).isTrue();
    }

    @Test
    void changedFileCounts() throws Exception {
        Path file = folder.resolve("clients");
        Files.writeString(file, "192.0.2.0/24 # documentation\n");
        try (ClientList list = read(
                "whitelist",
                true,
                "file",
                MapSettings.entry("path", file.toString()),
                "reload",
                Duration.ofSeconds(1))) {
            assertThat(list.admits(client("192.0.2.1"))).isFalse();
            Until.done(list.ready());
            assertThat(list.admits(client("192.0.2.1"))).isTrue();

            Files.writeString(file, "2001:db8::/32\n");
            Until.holds(() -> list.admits(client("2001:db8::1")));
            assertThat(list.admits(client("192.0.2.1"))).isFalse();
        }
    }
}
