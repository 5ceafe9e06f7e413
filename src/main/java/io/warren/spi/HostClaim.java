package io.warren.spi;

import io.warren.net.Address;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host name that leads to a tunnel because the tunnel's agents say so. It is published beside the tunnel, as an endpoint that belongs to the tunnel
 * and its user together: another tunnel cannot have it as long as an agent of this one is there. Any thread.
 *
 * @param host in lower case
 * @param user whose tunnel it is; empty where nobody logs in
 */
public record HostClaim(String host, TunnelId tunnel, Optional<String> user) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?");
    private static final Pattern STANDARD = Pattern.compile("[0-9a-f]{16}");
    private static final int UUID_LENGTH = 36;
    private static final String OF = " of ";

    /** @return empty for what agents cannot announce: an address, a pattern, the name or the standard name of a tunnel */
    public static Optional<HostClaim> of(String host, TunnelId tunnel, Optional<String> user) {
        String name = normal(host);
        boolean named = NAME.matcher(name).matches()
                && !Address.of(name, 0).isIp()
                && !STANDARD.matcher(name).matches()
                && TunnelId.parse(name).isEmpty();
        return named ? Optional.of(new HostClaim(name, tunnel, user)) : Optional.empty();
    }

    private static String normal(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Of the name that every tunnel has. */
    public static HostClaim standard(TunnelId tunnel, Optional<String> user) {
        return new HostClaim(standardName(tunnel), tunnel, user);
    }

    /** The first half of the MD5 sum of the ID's text, as gost makes it. */
    public static String standardName(TunnelId tunnel) {
        try {
            byte[] sum = MessageDigest.getInstance("MD5")
                    .digest(tunnel.uuid().toString().getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(Arrays.copyOf(sum, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@code directory} knows of a host, in any case. */
    public static Optional<HostClaim> find(Directory directory, String host) {
        String name = normal(host);
        return NAME.matcher(name).matches() && TunnelId.parse(name).isEmpty()
                ? directory
                        .owner(endpoint(name, false))
                        .or(() -> directory.owner(endpoint(name, true)))
                        .flatMap(owner -> read(name, owner))
                : Optional.empty();
    }

    private static Optional<HostClaim> read(String host, String owner) {
        String id = owner.substring(0, Math.min(UUID_LENGTH, owner.length()));
        String rest = owner.substring(id.length());
        Optional<String> user = rest.startsWith(OF) ? Optional.of(rest.substring(OF.length())) : Optional.empty();
        return TunnelId.parse(id).map(tunnel -> new HostClaim(host, tunnel, user));
    }

    /** What is published: agents for streams and those for datagrams hold one each. */
    public Endpoint endpoint(boolean datagrams) {
        return endpoint(host, datagrams);
    }

    private static Endpoint endpoint(String host, boolean datagrams) {
        return Endpoint.of(Destination.tunnel(datagrams ? host + "/udp" : host));
    }

    /** The tunnel's offer, as that of the name. */
    public Offer offer(Offer ofTunnel) {
        return ofTunnel.ownedBy(tunnel.uuid() + user.map(name -> OF + name).orElse(""));
    }
}
