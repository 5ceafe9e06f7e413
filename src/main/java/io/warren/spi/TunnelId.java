package io.warren.spi;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a tunnel, as rules and options write it.
 *
 * @param hidden written {@code $uuid}: a tunnel that only who knows its id may visit
 */
public record TunnelId(UUID uuid, boolean hidden) {
    private static final Pattern HEX =
            Pattern.compile("(?:urn:uuid:)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})");

    private static final UUID ZERO = new UUID(0, 0);

    public static TunnelId of(UUID uuid) {
        return new TunnelId(uuid, false);
    }

    /** Reads a UUID in any of its usual spellings, behind a {@code $} for a hidden one; empty when it is none, or all zero. */
    public static Optional<TunnelId> parse(String text) {
        boolean hidden = text.startsWith("$");
        String lower = text.substring(hidden ? 1 : 0).trim().toLowerCase(Locale.ROOT);
        boolean braced = lower.startsWith("{") && lower.endsWith("}");
        Matcher parts = HEX.matcher(braced ? lower.substring(1, lower.length() - 1) : lower);
        if (!parts.matches()) {
            return Optional.empty();
        }
        UUID uuid = UUID.fromString(
                String.join("-", parts.group(1), parts.group(2), parts.group(3), parts.group(4), parts.group(5)));
        return uuid.equals(ZERO) ? Optional.empty() : Optional.of(new TunnelId(uuid, hidden));
    }

    /** Whether both name the same tunnel. */
    public boolean sameTunnel(TunnelId other) {
        return uuid.equals(other.uuid);
    }

    /** What its agents publish: those for streams and those for datagrams are two endpoints. */
    public Endpoint endpoint(boolean datagrams) {
        return Endpoint.of(bind(datagrams));
    }

    /** The same as the place of a bind. */
    public Destination bind(boolean datagrams) {
        return Destination.tunnel(datagrams ? uuid + "/udp" : uuid.toString());
    }

    @Override
    public String toString() {
        return hidden ? "$" + uuid : uuid.toString();
    }
}
