package io.warren.layer.sniff;

import io.warren.codec.HttpRequest;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The hosts that a request names: different servers go by different ones, so that all of them count. */
final class RequestedHosts {
    private static final int PORT = 80;

    private RequestedHosts() {}

    /**
     * That of the target before that of the Host field (RFC 9112 section 3.2.2).
     *
     * @return empty when the request names none
     * @throws ProxyException PROTOCOL for several Host fields, and for hosts and targets that cannot be read
     */
    static List<Address> of(HttpRequest request) {
        if (request.fields().count("Host") > 1) {
            throw ProxyException.protocol(request.fields().count("Host") + " Host fields (expected: one)");
        }
        List<Address> hosts = new ArrayList<>();
        ofTarget(request).ifPresent(host -> hosts.add(address(host)));
        Optional<String> field = request.fields().first("Host").filter(host -> !host.isEmpty());
        // Of a CONNECT the field says the same or nothing.
        if (!request.is("CONNECT")) {
            field.ifPresent(host -> hosts.add(address(host)));
        }
        return hosts;
    }

    private static Optional<String> ofTarget(HttpRequest request) {
        String target = request.target();
        if (request.is("CONNECT")) {
            return Optional.of(target);
        }
        if (target.startsWith("/") || target.equals("*")) {
            return Optional.empty();
        }
        int host = target.indexOf("://") + 3;
        if (host <= 3) {
            throw ProxyException.protocol("target \"" + target.substring(0, Math.min(40, target.length()))
                    + "\" (expected: a path, a URL, or *)");
        }
        int end = host;
        while (end < target.length() && "/?#\\".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        return Optional.of(target.substring(
                target.lastIndexOf('@', end - 1) >= host ? target.lastIndexOf('@', end - 1) + 1 : host, end));
    }

    private static Address address(String text) {
        Address address = Address.parse(text, PORT);
        if (address.host().isEmpty()
                || address.host().chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == ',' || c == '/')) {
            throw ProxyException.protocol(
                    "host \"" + text.substring(0, Math.min(40, text.length())) + "\" (expected: a name)");
        }
        return address;
    }
}
