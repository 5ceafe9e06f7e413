package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class MasksTest {
    private static final String WITH = """
            services:
            - name: 😀 a
              handler: {type: http, auth: {username: alice, password: wonderland}, metadata: {api_key: k-1, keyFile: /etc/key.pem}}
              url: "http://bob:builder@example.org/?token=t-1&page=2"   # a comment stays
            - name: b
              handler: {type: ss, auth: {username: m, password: 'it''s'}}
            """;

    @Test
    void secretsAreHiddenByTheirKeysAndInUrlsAndEverythingElseStays() {
        String shown = Masks.mask(WITH);
        assertThat(shown)
                .doesNotContain("wonderland", "builder", "k-1", "t-1", "it''s")
                .contains("😀 a", "alice", "/etc/key.pem", "# a comment stays", "page=2");
        assertThat(shown.lines().count()).isEqualTo(WITH.lines().count());
    }

    @Test
    void whatWasHiddenComesBackWhereItWas() {
        JsonObject current = Documents.json(WITH);
        String edited = Masks.mask(WITH).replace("type: http", "type: socks5");
        assertThat(Documents.json(Masks.restore(edited, current)))
                .isEqualTo(Documents.json(WITH.replace("type: http", "type: socks5")));
    }

    @Test
    void aMaskWithoutASecretBehindItIsRefusedByItsPlace() {
        JsonObject current = Documents.json(WITH);
        String moved = Masks.mask(WITH).replace("name: b", "name: c");
        assertThatThrownBy(() -> Masks.restore(moved, current))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("services[1].handler.auth.password: ******");
    }

    @Test
    void numbersAndListsAreSecretsToo() {
        JsonObject shown = Masks.mask(new JsonObject("{\"password\": 1234, \"tokens\": [\"a\", \"b\"], \"port\": 1}"));
        assertThat(shown.encode()).isEqualTo("{\"password\":\"******\",\"tokens\":[\"******\",\"******\"],\"port\":1}");
    }

    @Test
    void aTextThatCannotBeParsedIsNotShown() {
        assertThat(Masks.mask("password: [wonderland")).isEmpty();
    }
}
