package io.warren.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostClaimTest {
    private static final TunnelId TUNNEL = TunnelId.of(UUID.fromString("4d21094e-b74c-4916-86c1-d9fa36ea677b"));

    private static Directory knowing(Map<Endpoint, String> owners) {
        return new Directory() {
            @Override
            public Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back) {
                throw new AssertionError();
            }

            @Override
            public Egress to(Endpoint endpoint) {
                throw new AssertionError();
            }

            @Override
            public Optional<String> owner(Endpoint endpoint) {
                return Optional.ofNullable(owners.get(endpoint));
            }
        };
    }

    private static Offer offer(HostClaim claim) {
        Offer tunnels = new Offer(Optional.of("ignored"), Optional.of("a/0@1"), 3, Offer.ANY, Offer.Reach.CLUSTER);
        return claim.offer(tunnels);
    }

    @ParameterizedTest
    @CsvSource({"Web.Example.com,web.example.com", "web.local.,web.local", "dash,dash", "a_b-1.local,a_b-1.local"})
    void nameIsFoundAgainInAnyCaseWithItsTunnelAndUser(String announced, String name) {
        for (Optional<String> user : java.util.List.of(Optional.<String>empty(), Optional.of("al of ice"))) {
            HostClaim claim = HostClaim.of(announced, TUNNEL, user).orElseThrow();
            assertThat(claim).isEqualTo(new HostClaim(name, TUNNEL, user));
            for (boolean datagrams : new boolean[] {false, true}) {
                Directory directory = knowing(
                        Map.of(claim.endpoint(datagrams), offer(claim).user().orElseThrow()));
                assertThat(HostClaim.find(directory, announced.toUpperCase(java.util.Locale.ROOT)))
                        .contains(claim);
            }
        }
    }

    @Test
    void onlyTheOwnerOfTheOfferIsAnother() {
        Offer offer = offer(new HostClaim("a.local", TUNNEL, Optional.of("alice")));
        assertThat(offer)
                .isEqualTo(new Offer(
                        Optional.of(TUNNEL + " of alice"), Optional.of("a/0@1"), 3, Offer.ANY, Offer.Reach.CLUSTER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "127.0.0.1",
                "::1",
                "0.0.0.0",
                "*.example.com",
                ".example.com",
                "a b",
                "a/udp",
                "a6265c6d9847a4be",
                "4d21094e-b74c-4916-86c1-d9fa36ea677b",
                "4D21094Eb74c491686c1d9fa36ea677b"
            })
    void addressesPatternsAndTunnelsAreNoNames(String host) {
        assertThat(HostClaim.of(host, TUNNEL, Optional.empty())).isEmpty();
    }

    @Test
    void tunnelOrWhatSomebodyElsePublishedIsNoName() {
        Endpoint tunnel = TUNNEL.endpoint(false);
        Endpoint named = Endpoint.of(Destination.tunnel("web.local"));
        assertThat(HostClaim.find(knowing(Map.of(tunnel, TUNNEL.toString())), tunnel.name()))
                .isEmpty();
        assertThat(HostClaim.find(knowing(Map.of(named, "alice")), "web.local")).isEmpty();
    }

    @Test
    void standardNameIsGosts() {
        assertThat(HostClaim.standardName(TUNNEL)).isEqualTo("a6265c6d9847a4be");
        assertThat(HostClaim.standard(TUNNEL, Optional.empty()).host()).isEqualTo("a6265c6d9847a4be");
    }
}
