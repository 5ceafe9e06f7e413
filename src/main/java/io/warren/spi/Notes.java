package io.warren.spi;

import io.warren.net.Address;
import java.util.Optional;

/** What a record says of a session and its log line does not. Kept only where somebody keeps records. Of one event loop. */
public final class Notes {
    private final Address remote;
    private final Address local;
    private final int bodyLimit;
    private String network = "";
    private String target = "";
    private String host = "";
    private String application = "";
    private String way = "";
    private String visitor = "";
    private Address from = Address.NONE;
    private Address to = Address.NONE;
    private boolean dialled;
    private boolean off;
    private Optional<Transaction> transaction = Optional.empty();
    private Optional<Hellos> hellos = Optional.empty();

    /**
     * @param remote who connected, which behind a PROXY header is not the client
     * @param local where
     * @param bodyLimit how many bytes of an HTTP body are kept; 0 = none
     */
    public Notes(Address remote, Address local, int bodyLimit) {
        this.remote = remote;
        this.local = local;
        this.bodyLimit = bodyLimit;
    }

    /** For one request of several on the same connection. */
    Notes child() {
        Notes child = new Notes(remote, local, bodyLimit);
        child.network = network;
        return child;
    }

    /** For something within that is seen passing. */
    Notes part() {
        Notes part = child();
        part.host = host;
        part.target = target;
        part.way = way;
        part.from = from;
        part.to = to;
        part.dialled = dialled;
        return part;
    }

    public Address remote() {
        return remote;
    }

    public Address local() {
        return local;
    }

    public int bodyLimit() {
        return bodyLimit;
    }

    /** {@code tcp} or {@code udp}; empty before it is known. */
    public String network() {
        return network;
    }

    /** Where the client wants to go, as it said so. */
    public String host() {
        return host;
    }

    public void wants(String wantedNetwork, String wantedHost) {
        network = wantedNetwork;
        host = wantedHost;
    }

    /** The target of a port forwarding that was chosen; else empty. */
    public String target() {
        return target;
    }

    public void target(String name) {
        target = name;
    }

    /** What was recognised above the network, {@code http} or {@code tls}; else empty. */
    public String application() {
        return application;
    }

    /** The chain's nodes as {@code name@address > name@address}; empty when dialled directly. */
    public String way() {
        return way;
    }

    /** Forgets the nodes of an attempt before this one. */
    public void choosing() {
        way = "";
    }

    /** The next node of the chain. */
    public void through(String node, Address address) {
        way += (way.isEmpty() ? "" : " > ") + node + "@" + address;
    }

    /** Whether the destination was dialled, with whatever success. */
    public boolean dialled() {
        return dialled;
    }

    public void dialling() {
        dialled = true;
    }

    /** Our end of the upstream connection. */
    public Address from() {
        return from;
    }

    /** The other end of it. */
    public Address to() {
        return to;
    }

    public void connected(Address ownEnd, Address otherEnd) {
        from = ownEnd;
        to = otherEnd;
    }

    /** The HTTP request of this session, and its response. */
    public Optional<Transaction> transaction() {
        return transaction;
    }

    public void transaction(Transaction http) {
        transaction = Optional.of(http);
        application = "http";
    }

    /** The TLS handshake that was seen passing. */
    public Optional<Hellos> hellos() {
        return hellos;
    }

    public void hellos(Hellos tls) {
        hellos = Optional.of(tls);
        application = "tls";
    }

    /** @param name empty when it could not be told */
    public void recognised(String name) {
        application = name.isEmpty() ? application : name;
    }

    /** Who a request says that it comes from, an IP address; else empty. */
    public String visitor() {
        return visitor;
    }

    public void visitor(String ip) {
        visitor = ip;
    }

    /** Nothing is to be recorded: the client asked for that, or its requests have records of their own. */
    public void off() {
        off = true;
    }

    public boolean isOff() {
        return off;
    }
}
