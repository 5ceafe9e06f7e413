package io.warren.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.net.ProxyException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointListTest {
    private static Endpoint endpoint(String text) {
        boolean tunnel = text.startsWith("tunnel/");
        return tunnel
                ? new Endpoint(Network.TUNNEL, text.substring("tunnel/".length()))
                : new Endpoint(Network.UDP, text);
    }

    @ParameterizedTest(name = "{0} contains {1}: {2}")
    @CsvSource({
        "2222, 0.0.0.0:2222, true",
        ":2222, :2222, true",
        ":2222, [::1]:2222, true",
        ":2222, :2223, false",
        "8000-8100, :8000, true",
        ":8000-8100, 127.0.0.1:8100, true",
        "8000-8100, :8101, false",
        "8000-8100, :0, false",
        "127.0.0.1:80, 127.0.0.1:80, true",
        "127.0.0.1:80, 0.0.0.0:80, false",
        "[::1]:80, [::1]:80, true",
        "2222, tunnel/2222, false",
        "4d21094e, tunnel/4D21094E, true",
        "*.example.com, tunnel/www.Example.com, true",
        "*.example.com, tunnel/example.com, false",
        "*.example.com, tunnel/www.example.com.evil, false",
        "a*z, tunnel/a.b(c)z, true",
        "a.z, tunnel/abz, false",
        "*, :0, true",
        "*, tunnel/any, true"
    })
    void containsWhatItSays(String text, String endpoint, boolean contained) {
        assertThat(EndpointList.of(List.of("1", text)).contains(endpoint(endpoint)))
                .isEqualTo(contained);
    }

    @Test
    void emptyOneContainsNothing() {
        EndpointList none = EndpointList.of(List.of());
        assertThat(none.contains(endpoint(":80"))).isFalse();
        assertThat(none.contains(endpoint("tunnel/x"))).isFalse();
        assertThat(none).hasToString("none");
    }

    @ParameterizedTest
    @CsvSource({"8100-8000", "70000", "''", "host:port"})
    void whatIsNoEndpointIsRefused(String text) {
        assertThatThrownBy(() -> EndpointList.of(List.of(text))).isInstanceOf(ProxyException.class);
    }
}
