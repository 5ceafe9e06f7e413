package io.warren.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Addresses with a range of ports, {@code host:8000-8010}. */
final class PortRange {
    private static final int MAX = 65_536;

    private PortRange() {}

    /** The addresses in order; the text itself when it has no port. A port that is not a number is 0, as in gost. */
    static List<String> addresses(String text) {
        int colon = text.lastIndexOf(':');
        if (text.contains("://") || colon < 0) {
            return List.of(text);
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[");
        if (bracketed
                ? host.indexOf(']') != host.length() - 1
                : host.indexOf(':') >= 0 || host.matches(".*[\\[\\]].*")) {
            return List.of(text);
        }
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        String joined = bare.indexOf(':') >= 0 || bare.indexOf('%') >= 0 ? "[" + bare + "]" : bare;
        String[] ends = text.substring(colon + 1).split("-", -1);
        Optional<Long> first = GoNumbers.parseInt(ends[0]);
        Optional<Long> last =
                ends.length == 2 ? GoNumbers.parseInt(ends[1]) : ends.length == 1 ? first : Optional.empty();
        boolean valid =
                first.isPresent() && last.isPresent() && (ends.length == 2 || (first.get() >= 0 && first.get() < MAX));
        if (!valid) {
            return List.of(joined + ":0");
        }
        if (last.get() - first.get() >= MAX) {
            throw new IllegalArgumentException("port range \"" + text + "\" (expected: at most " + MAX + " ports)");
        }
        List<String> addresses = new ArrayList<>();
        for (long port = first.get(); port <= last.get(); port++) {
            addresses.add(joined + ":" + port);
        }
        return addresses.isEmpty() ? List.of(text) : addresses;
    }
}
