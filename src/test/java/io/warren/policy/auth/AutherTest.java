package io.warren.policy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
import io.warren.spi.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutherTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private static Session from(String ip) {
        return Session.of("test", Address.of(ip, 1234), Address.of("127.0.0.1", 80));
    }

    private static boolean in(Authenticator authenticator, String user, String password) {
        Future<String> answer = authenticator.authenticate(from("192.0.2.1"), user, password);
        if (answer.succeeded()) {
            assertThat(answer.result()).isEqualTo(user);
        } else {
            assertThat(((ProxyException) answer.cause()).kind()).isEqualTo(ProxyException.Kind.UNAUTHORIZED);
        }
        return answer.succeeded();
    }

    private Auther inline(Object... auths) {
        return Auther.read(vertx, MapSettings.of("auths", List.of(auths)));
    }

    @Test
    void userWithTheRightPasswordIsLetIn() {
        Auther auther = inline(MapSettings.entry("username", "alice", "password", "pässword"));

        assertThat(in(auther, "alice", "pässword")).isTrue();
        assertThat(in(auther, "alice", "password")).isFalse();
        assertThat(in(auther, "alice", "")).isFalse();
        assertThat(in(auther, "Alice", "pässword")).isFalse();
        assertThat(in(auther, "bob", "pässword")).isFalse();
    }

    @Test
    void userWithoutPasswordIsLetInWithAnyAndWarnedAbout() {
        MapSettings settings = MapSettings.of("auths", List.of(MapSettings.entry("username", "guest")));
        Auther auther = Auther.read(vertx, settings);

        assertThat(in(auther, "guest", "anything")).isTrue();
        assertThat(in(auther, "guest", "")).isTrue();
        assertThat(settings.warnings())
                .containsExactly(
                        "section.auths[0].password: user \"guest\" has no password: any password lets this user in");
    }

    @Test
    void entryWithoutUserNameLetsNobodyIn() {
        MapSettings settings = MapSettings.of("auths", List.of(MapSettings.entry("password", "x")));
        Auther auther = Auther.read(vertx, settings);

        assertThat(in(auther, "", "x")).isFalse();
        assertThat(settings.warnings()).hasSize(1);
    }

    @Test
    void nobodyIsLetInWithoutUsers() {
        assertThat(in(inline(), "", "")).isFalse();
    }

    @Test
    void linesOfAFileOverrideInlineUsersAndMayContainBlanksAndHashes() throws Exception {
        Path file = folder.resolve("users");
        Files.writeString(file, "# comment\n\n alice\tnew word # not a comment\n#bob x\ncarol\n");
        Auther auther = Auther.read(
                vertx,
                MapSettings.of(
                        "auths",
                        List.of(
                                MapSettings.entry("username", "alice", "password", "old"),
                                MapSettings.entry("username", "dora", "password", "d")),
                        "file",
                        MapSettings.entry("path", file.toString())));
        assertThat(in(auther, "dora", "d")).isTrue();
        Until.done(auther.ready());

        assertThat(in(auther, "alice", "new word # not a comment")).isTrue();
        assertThat(in(auther, "alice", "old")).isFalse();
        assertThat(in(auther, "bob", "x")).isFalse();
        assertThat(in(auther, "carol", "whatever")).isTrue();
        assertThat(in(auther, "dora", "d")).isTrue();
    }

    @Test
    void changedFileIsReadAgain() throws Exception {
        Path file = folder.resolve("users");
        Files.writeString(file, "alice one\n");
        try (Auther auther = Auther.read(
                vertx,
                MapSettings.of("file", MapSettings.entry("path", file.toString()), "reload", Duration.ofMillis(50)))) {
            Until.done(auther.ready());
            assertThat(in(auther, "alice", "one")).isTrue();

            Files.writeString(file, "alice two\n");
            Until.holds(() -> in(auther, "alice", "two"));
            assertThat(in(auther, "alice", "one")).isFalse();
        }
    }

    @Test
    void missingFileLeavesInlineUsers() throws Exception {
        Auther auther = Auther.read(
                vertx,
                MapSettings.of(
                        "auths",
                        List.of(MapSettings.entry("username", "alice", "password", "a")),
                        "file",
                        MapSettings.entry("path", folder.resolve("none").toString())));
        Until.done(auther.ready());

        assertThat(in(auther, "alice", "a")).isTrue();
    }

    @Test
    void unsupportedSourcesAreReported() {
        MapSettings settings = MapSettings.of("redis", MapSettings.entry("addr", "x:1"), "plugin", MapSettings.entry());
        try (Auther auther = Auther.read(vertx, settings)) {
            assertThat(in(auther, "a", "b")).isFalse();
        }

        assertThat(settings.problems())
                .containsExactly(
                        "section.redis: redis sources are not supported by this version (supported: inline, file, http)",
                        "section.plugin: plugins are not supported by this version");
    }

    @Test
    void inlineCredentialsAreOneUser() {
        Authenticator auth = Auther.inline(MapSettings.of("auth", MapSettings.entry("username", "u", "password", "p")))
                .orElseThrow();

        assertThat(in(auth, "u", "p")).isTrue();
        assertThat(in(auth, "u", "q")).isFalse();
    }

    @Test
    void inlinePasswordWithoutUserMeansNoLogin() {
        MapSettings settings = MapSettings.of("auth", MapSettings.entry("password", "p"));

        assertThat(Auther.inline(settings)).isEmpty();
        assertThat(settings.warnings()).hasSize(1);
        assertThat(Auther.inline(MapSettings.of())).isEmpty();
    }

    @Test
    void firstOfSeveralAuthersThatLetsInCounts() {
        Authenticator group = Authers.firstOf(List.of(
                inline(MapSettings.entry("username", "a", "password", "1")),
                inline(MapSettings.entry("username", "b", "password", "2")),
                inline(MapSettings.entry("username", "a", "password", "3"))));

        assertThat(in(group, "a", "1")).isTrue();
        assertThat(in(group, "b", "2")).isTrue();
        assertThat(in(group, "a", "3")).isTrue();
        assertThat(in(group, "b", "1")).isFalse();
    }

    @Test
    void skippedClientsNeedNoCredentials() {
        Auther auther = inline(MapSettings.entry("username", "a", "password", "1"));
        MapSettings metadata = MapSettings.of("skipauth", "10.0.0.0/8, 2001:db8::/32,nonsense");
        Authenticator skip = Skip.around(auther, metadata);

        assertThat(skip.needs(from("10.1.1.1"))).isFalse();
        assertThat(skip.needs(from("2001:db8::7"))).isFalse();
        assertThat(skip.needs(from("::ffff:10.1.1.1"))).isFalse();
        assertThat(skip.needs(from("192.0.2.1"))).isTrue();
        assertThat(skip.authenticate(from("10.1.1.1"), "x", "y").result()).isEmpty();
        assertThat(in(skip, "a", "1")).isTrue();
        assertThat(in(skip, "a", "2")).isFalse();
        assertThat(metadata.warnings()).hasSize(1);
    }

    @Test
    void nobodyIsSkippedWithoutTheKey() {
        Auther auther = inline();

        assertThat(Skip.around(auther, MapSettings.of())).isSameAs(auther);
        assertThat(Skip.around(auther, MapSettings.of("skipauth", List.of("::1", "127.0.0.1")))
                        .needs(from("::1")))
                .isFalse();
    }
}
