package io.warren.spi;

import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;

/** What arrived at a service. */
public record Inbound(Session session, Conduit conduit) {
    /** @throws ProxyException UNSUPPORTED when datagrams arrived: the listener does not fit the handler */
    public Stream stream() {
        if (conduit instanceof Stream stream) {
            return stream;
        }
        throw ProxyException.unsupported("datagrams on a handler for streams");
    }

    /** @throws ProxyException UNSUPPORTED when a stream arrived */
    public DatagramFlow flow() {
        if (conduit instanceof DatagramFlow flow) {
            return flow;
        }
        throw ProxyException.unsupported("a stream on a handler for datagrams");
    }

    public Inbound with(Conduit above) {
        return new Inbound(session, above);
    }

    public Inbound with(Session other) {
        return new Inbound(other, conduit);
    }
}
