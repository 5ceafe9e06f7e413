package io.warren.config;

import java.time.Duration;
import java.util.Optional;

/** Keys that the URLs of services and of nodes have in common. */
final class UrlKeys {
    private static final String[] CERT = {"tls.certFile", "certFile", "cert"};
    private static final String[] KEY = {"tls.keyFile", "keyFile", "key"};
    private static final String[] CA = {"tls.caFile", "caFile", "ca"};

    private UrlKeys() {}

    /** The selector, when one of its keys says something; they are then used up. */
    static Optional<Mapping> selector(Parameters from, Position at) {
        String strategy = from.text("strategy");
        long maxFails = from.integer("maxFails", "max_fails");
        Duration failTimeout = from.duration("failTimeout", "fail_timeout");
        if (strategy.isEmpty() && maxFails <= 0 && failTimeout.compareTo(Duration.ZERO) <= 0) {
            return Optional.empty();
        }
        Position strategyAt = from.at("strategy");
        Position failsAt = from.at("maxFails", "max_fails");
        Position timeoutAt = from.at("failTimeout", "fail_timeout");
        from.remove("strategy", "maxFails", "max_fails", "failTimeout", "fail_timeout");
        return Optional.of(new Fields(at)
                .text("strategy", strategyAt, strategy.isEmpty() ? "round" : strategy)
                .number("maxFails", failsAt, maxFails <= 0 ? 1 : maxFails)
                .duration(
                        "failTimeout",
                        timeoutAt,
                        failTimeout.compareTo(Duration.ZERO) <= 0 ? Duration.ofSeconds(30) : failTimeout)
                .build());
    }

    /** The files of a {@code tls} section; empty when there are none. */
    static Fields tlsFiles(Parameters from, Position at) {
        return new Fields(at)
                .text("certFile", from.at(CERT), from.text(CERT))
                .text("keyFile", from.at(KEY), from.text(KEY))
                .text("caFile", from.at(CA), from.text(CA));
    }

    static boolean hasCertificate(Parameters from) {
        return !from.text(CERT).isEmpty();
    }

    static void removeTlsFiles(Parameters from) {
        from.remove(CERT);
        from.remove(KEY);
        from.remove(CA);
    }
}
