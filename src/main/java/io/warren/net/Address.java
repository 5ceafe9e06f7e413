package io.warren.net;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A host and a port, or a path of a unix socket. The host is an IP literal, a name that nobody has resolved yet, or empty (any address, or no
 * address given). Immutable.
 */
public final class Address {
    /** No address: what a protocol sends as {@code 0.0.0.0:0}. */
    public static final Address NONE = new Address("", 0);

    private static final int UNIX = -1;

    /** Null until asked for when the address came from a socket: most of those are never printed. */
    private String host;

    private final int port;
    private final InetSocketAddress socket;

    private Address(String host, int port) {
        this.host = host;
        this.port = port;
        byte[] ip = port == UNIX ? null : NetUtil.createByteArrayFromIpAddressString(host);
        this.socket = ip == null ? null : new InetSocketAddress(bytesToIp(ip), port);
    }

    private Address(InetSocketAddress socket) {
        this.port = socket.getPort();
        this.socket = socket;
    }

    /**
     * @param host an IP literal (IPv6 without brackets), a name, or empty
     * @param port 0 to 65535
     */
    public static Address of(String host, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " (expected: 0 to 65535)");
        }
        return new Address(host, port);
    }

    /** The address of a resolved socket; an unresolved one keeps its name. */
    public static Address of(InetSocketAddress socket) {
        return socket.isUnresolved() ? of(socket.getHostString(), socket.getPort()) : new Address(socket);
    }

    /** A unix socket. */
    public static Address unix(String path) {
        return new Address(path, UNIX);
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port} or {@code :port}.
     *
     * @throws ProxyException PROTOCOL when the port is missing or not a number from 0 to 65535
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw ProxyException.protocol("address \"" + text + "\" without a port (expected: host:port)");
        }
        return of(unbracket(text.substring(0, colon)), parsePort(text, text.substring(colon + 1)));
    }

    /** As {@link #parse}, and a text without a port gets {@code port}. */
    public static Address parse(String text, int port) {
        boolean bare = text.lastIndexOf(':') < 0
                || text.endsWith("]")
                || (text.indexOf(':') != text.lastIndexOf(':') && NetUtil.isValidIpV6Address(text));
        return bare ? of(unbracket(text), port) : parse(text);
    }

    private static int parsePort(String text, String port) {
        try {
            int number = Integer.parseInt(port);
            if (number >= 0 && number <= 65535) {
                return number;
            }
        } catch (NumberFormatException ignored) {
            // Reported below together with a number out of range.
        }
        throw ProxyException.protocol("port \"" + port + "\" of address \"" + text + "\" (expected: 0 to 65535)");
    }

    private static String unbracket(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static InetAddress bytesToIp(byte[] ip) {
        try {
            return InetAddress.getByAddress(ip);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("an IP literal of " + ip.length + " bytes", e);
        }
    }

    private static String literal(InetAddress ip) {
        String text = NetUtil.toAddressString(ip);
        return ip instanceof Inet6Address && text.indexOf('%') >= 0 ? text.substring(0, text.indexOf('%')) : text;
    }

    /** The host without brackets, or the path of a unix socket. */
    public String host() {
        if (host == null) {
            host = literal(socket.getAddress());
        }
        return host;
    }

    /** 0 to 65535; -1 for a unix socket. */
    public int port() {
        return port;
    }

    public boolean isUnix() {
        return port == UNIX;
    }

    /** Whether the host is an IP literal. */
    public boolean isIp() {
        return socket != null;
    }

    /** Whether the host says nothing: empty, {@code 0.0.0.0} or {@code ::}. */
    public boolean isWildcard() {
        return host().isEmpty() || (socket != null && socket.getAddress().isAnyLocalAddress());
    }

    public boolean isLoopback() {
        return socket != null ? socket.getAddress().isLoopbackAddress() : host().equalsIgnoreCase("localhost");
    }

    /**
     * @return the IP of a literal host
     * @throws IllegalStateException for a name: ask {@link #isIp} first
     */
    public InetAddress ip() {
        return socket().getAddress();
    }

    /** The socket address of a literal host; see {@link #ip}. */
    public InetSocketAddress socket() {
        if (socket == null) {
            throw new IllegalStateException("\"" + this + "\" is not an IP address");
        }
        return socket;
    }

    public Address withHost(String other) {
        return new Address(other, port);
    }

    public Address withPort(int other) {
        return of(host(), other);
    }

    @Override
    public boolean equals(Object o) {
        if (this == o) {
            return true;
        }
        if (!(o instanceof Address other) || port != other.port || (socket == null) != (other.socket == null)) {
            return false;
        }
        return socket != null ? socket.equals(other.socket) : host.equals(other.host);
    }

    @Override
    public int hashCode() {
        return 31 * (socket != null ? socket.hashCode() : host.hashCode()) + port;
    }

    /** {@code host:port}, {@code [v6]:port}, or the path. */
    @Override
    public String toString() {
        if (isUnix()) {
            return host();
        }
        return (host().indexOf(':') >= 0 ? "[" + host() + "]" : host()) + ":" + port;
    }
}
