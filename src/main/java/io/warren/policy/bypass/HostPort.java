package io.warren.policy.bypass;

import io.warren.net.Address;
import io.warren.policy.HostNames;

/** The two halves of a pattern: {@code host}, {@code host:ports}, {@code [v6]:ports}; more than one bare colon makes it all host. */
record HostPort(String host, Ports ports) {
    static HostPort parse(String pattern) {
        int colon = pattern.lastIndexOf(':');
        if (pattern.startsWith("[") && pattern.endsWith("]") && colon >= 0) {
            return new HostPort(normal(pattern.substring(1, pattern.length() - 1)), Ports.ANY);
        }
        if (pattern.startsWith("[") && colon > 0 && pattern.charAt(colon - 1) == ']') {
            return new HostPort(normal(pattern.substring(1, colon - 1)), Ports.parse(pattern.substring(colon + 1)));
        }
        return colon < 0 || colon != pattern.indexOf(':')
                ? new HostPort(normal(pattern), Ports.ANY)
                : new HostPort(normal(pattern.substring(0, colon)), Ports.parse(pattern.substring(colon + 1)));
    }

    /** Lower case, without the final dot of a complete name; the one form of an IPv6 address that all its spellings share. */
    static String normal(String host) {
        Address address = Address.of(host, 0);
        return address.isIp() ? Address.of(address.socket()).host() : HostNames.normal(host);
    }
}
