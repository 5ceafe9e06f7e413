package io.warren.protocol.http;

import io.warren.codec.GostTarget;
import io.warren.codec.HttpRequest;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a request goes (RFC 9112 section 3.2).
 *
 * @param plain whether it can be carried out as a plain request: absolute form of scheme http, or another with a proper Host
 * @param host as the Host field has it: name, and a port unless it is 80
 * @param path what the target is asked for
 * @param asked the host name that the request line itself names; empty in origin form
 */
record Target(boolean udp, boolean plain, String host, String path, String asked) {
    private static final int PORT = 80;
    private static final Pattern NAME =
            Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62}(\\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})*[._]?");

    static Target of(HttpRequest request) {
        boolean udp = request.fields().first("X-Gost-Protocol").orElse("").equals("udp");
        Target target = request.is("CONNECT")
                ? new Target(udp, false, request.target(), "", hostName(request.target()))
                : plain(request, udp);
        return disguised(request, "X-Gost-Target")
                .or(() -> disguised(request, "Gost-Target"))
                .map(target::to)
                .orElse(target);
    }

    /** As the request itself says, whatever else it says to proxies. */
    static Target named(HttpRequest request) {
        return plain(request, false);
    }

    private static Target plain(HttpRequest request, boolean udp) {
        String text = request.target();
        int scheme = text.indexOf("://");
        if (scheme <= 0 || text.indexOf('/') < scheme) {
            String host = request.fields().first("Host").orElse("");
            return new Target(udp, isHost(hostName(host)), host, text, "");
        }
        int from = scheme + 3;
        int to = from;
        while (to < text.length() && "/?#".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        String host = text.substring(from, to);
        String path =
                to == text.length() ? "/" : text.charAt(to) == '/' ? text.substring(to) : "/" + text.substring(to);
        boolean http = text.regionMatches(true, 0, "http", 0, scheme) && scheme == 4 && isHost(hostName(host));
        return new Target(udp, http, host, path, hostName(host));
    }

    private static Optional<String> disguised(HttpRequest request, String field) {
        return request.fields().first(field).flatMap(GostTarget::decode).filter(name -> isHost(hostName(name)));
    }

    private Target to(String other) {
        return new Target(udp, plain, other, path, asked);
    }

    private static String hostName(String hostPort) {
        if (hostPort.startsWith("[")) {
            int end = hostPort.indexOf(']');
            return end < 0 ? hostPort : hostPort.substring(1, end);
        }
        int colon = hostPort.indexOf(':');
        return colon < 0 || hostPort.indexOf(':', colon + 1) > 0 ? hostPort : hostPort.substring(0, colon);
    }

    private static boolean isHost(String name) {
        return NAME.matcher(name).matches() || Address.of(name, 0).isIp();
    }

    /** @throws ProxyException PROTOCOL when there is no host, or no number for a port */
    Address address() {
        Address address = Address.parse(host, PORT);
        if (address.host().isEmpty()) {
            throw ProxyException.protocol("request for \"" + host + "\" (expected: a host)");
        }
        return address;
    }
}
