package io.warren.config;

import java.util.List;
import java.util.Set;

/** The names that gost has, whether this build offers them or not: on a command line, an unknown name falls back to a default. */
final class Schemes {
    private static final Set<String> HANDLERS = words(
            "api auto dns file forward http http2 http3 masque metrics red redir redirect redu "
                    + "relay router rtcp rudp runix serial sni socks socks5 socks4 socks4a ss ssu sshd tap tcp udp tun tungo tunnel unix");
    private static final Set<String> LISTENERS = words(
            "dns dtls ftcp grpc h2 h2c h3 http2 http3 icmp icmp6 kcp mtcp mtls mws mwss ohttp "
                    + "otls pht phts quic red redir redirect redu rtcp rudp runix serial ssh sshd stdio tap tcp tls tun tungo udp unix ws wss wt");
    private static final Set<String> CONNECTORS =
            words("direct forward http http2 masque relay router serial sni socks socks5 socks4 "
                    + "socks4a ss ssu sshd tcp tunnel unix virtual");
    private static final Set<String> DIALERS =
            words("direct dtls ftcp grpc h2 h2c h3 h3-masque http2 http3 icmp icmp6 kcp mtcp mtls mws "
                    + "mwss ohttp ohttps otls pht phts quic serial ssh sshd tcp tls udp unix utls virtual ws wss wt");
    private static final Set<String> FORWARDING = words("tcp udp rtcp rudp tun tap dns unix runix serial");
    private static final Set<String> PATHS = words("unix runix serial");

    private final List<String> parts;

    Schemes(String scheme) {
        this.parts = List.of(scheme.split("\\+", -1));
    }

    private static Set<String> words(String list) {
        return Set.of(list.split(" ", -1));
    }

    /** Whether it is addressed by a path. */
    boolean isPath() {
        return parts.stream().anyMatch(PATHS::contains);
    }

    private String first() {
        return parts.size() > 2 ? "" : parts.get(0);
    }

    private String second() {
        return parts.size() > 2 ? "" : parts.get(parts.size() - 1);
    }

    String handler() {
        return HANDLERS.contains(first()) ? first() : "auto";
    }

    String listener() {
        return LISTENERS.contains(second()) ? second() : handler().equals("ssu") ? "udp" : "tcp";
    }

    String connector() {
        return CONNECTORS.contains(first()) ? first() : "http";
    }

    String dialer() {
        return DIALERS.contains(second()) ? second() : connector().equals("ssu") ? "udp" : "tcp";
    }

    /** The handler that forwards what {@code listener} accepts. */
    static String forwarding(String handler, String listener) {
        return handler.equals("relay") ? handler : FORWARDING.contains(listener) ? listener : "forward";
    }
}
