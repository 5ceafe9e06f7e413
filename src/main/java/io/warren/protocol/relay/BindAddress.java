package io.warren.protocol.relay;

import io.warren.net.Address;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a client wants to bind, as it meant it. */
final class BindAddress {
    /** What gost's connector makes of {@code :8000}: a name {@code 0.0.0.0::8000} with port 0. */
    private static final Pattern GARBLED = Pattern.compile("(.*?):+(\\d{1,5})");

    private BindAddress() {}

    /** @param wildcard the host that stands for all addresses; empty = really all of them */
    static Address of(Address asked, String wildcard) {
        Address meant = ungarbled(asked);
        return meant.isWildcard() ? meant.withHost(wildcard) : meant;
    }

    private static Address ungarbled(Address asked) {
        if (asked.port() != 0 || asked.isIp()) {
            return asked;
        }
        Matcher parts = GARBLED.matcher(asked.host());
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65535) {
            return asked;
        }
        String host = parts.group(1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return Address.of(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(parts.group(2)));
    }
}
