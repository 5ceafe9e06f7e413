package io.warren.net;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a dialled socket begins: one try of gost's {@code interface} list.
 *
 * @param address the source address; empty = the system's choice
 * @param name the interface that the socket is bound to; empty = none
 * @param strict a failure here ends the dial
 */
record LocalEnd(Optional<InetAddress> address, String name, boolean strict) {
    static final LocalEnd ANY = new LocalEnd(Optional.empty(), "", true);

    /** The tries of a list, in order, never empty; fails with UNREACHABLE when nothing in it can be used. */
    static Future<List<LocalEnd>> of(ContextInternal context, String interfaces) {
        return interfaces.isEmpty()
                ? Future.succeededFuture(List.of(ANY))
                // The system is asked for its interfaces, which may take a while.
                : context.executeBlocking(() -> parse(interfaces), false);
    }

    private static List<LocalEnd> parse(String interfaces) throws SocketException {
        List<LocalEnd> ends = new ArrayList<>();
        for (String item : interfaces.split(",", -1)) {
            String text = item.trim();
            boolean strict = text.endsWith("!");
            String name = strict ? text.substring(0, text.length() - 1) : text;
            int before = ends.size();
            if (Address.of(name, 0).isIp()) {
                ends.add(new LocalEnd(Optional.of(Address.of(name, 0).ip()), "", strict));
            } else if (!name.isEmpty()) {
                NetworkInterface found = NetworkInterface.getByName(name);
                if (found != null) {
                    found.inetAddresses().forEach(ip -> ends.add(new LocalEnd(Optional.of(ip), name, strict)));
                }
            }
            if (strict && ends.size() == before) {
                break;
            }
        }
        if (ends.isEmpty()) {
            throw ProxyException.upstream(
                    ProxyException.Kind.UNREACHABLE, "no interface or local address in \"" + interfaces + "\"");
        }
        return ends;
    }

    /** Fails with UNREACHABLE when {@code target} is of the other family. */
    Future<Void> check(InetAddress target) {
        return reaches(target)
                ? Future.succeededFuture()
                : Future.failedFuture(ProxyException.upstream(
                        ProxyException.Kind.UNREACHABLE,
                        target.getHostAddress() + " from "
                                + address.orElseThrow().getHostAddress()));
    }

    boolean reaches(InetAddress target) {
        return address.isEmpty() || address.get() instanceof Inet4Address == target instanceof Inet4Address;
    }

    /** The interface to bind to for this target; empty for loopback, multicast and the like, as gost has it. */
    String device(InetAddress target) {
        boolean globalUnicast = !target.isLoopbackAddress()
                && !target.isMulticastAddress()
                && !target.isLinkLocalAddress()
                && !target.isAnyLocalAddress();
        return globalUnicast ? name : "";
    }

    /** {@code unbound} with this end's address. */
    Address source(Address unbound) {
        return address.map(ip -> unbound.withHost(ip.getHostAddress())).orElse(unbound);
    }
}
