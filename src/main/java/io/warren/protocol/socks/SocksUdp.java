package io.warren.protocol.socks;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.warren.codec.SocksDatagram;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Names;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/** Datagrams over UDP behind the header of RFC 1928 section 7, at either end. */
final class SocksUdp implements DatagramFlow {
    private final DatagramFlow udp;
    private final Address local;
    private final Predicate<Address> welcome;
    private final boolean resolveSources;
    private final boolean follows;
    private Address peer;
    private Receiver receiver;

    private SocksUdp(
            DatagramFlow udp,
            Address local,
            Address peer,
            boolean follows,
            Predicate<Address> welcome,
            boolean resolveSources) {
        this.udp = udp;
        this.local = local;
        this.peer = peer;
        this.follows = follows;
        this.welcome = welcome;
        this.resolveSources = resolveSources;
    }

    /**
     * The proxy's end. The client is whoever sent last, of those that are welcome: its port may differ from what it announced.
     *
     * @param local what the client is told
     * @param resolveSources whether a source that is a name is told as an IP
     */
    static SocksUdp server(DatagramFlow udp, Address local, Predicate<Address> welcome, boolean resolveSources) {
        return new SocksUdp(udp, local, Address.NONE, true, welcome, resolveSources);
    }

    /** @param proxy where the proxy takes our datagrams */
    static SocksUdp client(DatagramFlow udp, Address proxy) {
        return new SocksUdp(udp, udp.local(), proxy, false, sender -> true, false);
    }

    private final class Unwrapping implements Receiver {
        @Override
        public void packet(ByteBuf datagram, Address sender) {
            if (welcome.test(sender)) {
                if (follows) {
                    peer = sender;
                }
                SocksDatagram.decode(datagram).ifPresent(d -> receiver.packet(d.payload(), d.address()));
            }
            datagram.release();
        }

        @Override
        public void batchEnd() {
            receiver.batchEnd();
        }

        @Override
        public void ended() {
            receiver.ended();
        }
    }

    @Override
    public void receiver(Receiver next) {
        boolean first = receiver == null;
        receiver = next;
        if (first) {
            udp.receiver(new Unwrapping());
        }
    }

    @Override
    public boolean send(ByteBuf payload, Address address) {
        if (peer.equals(Address.NONE) || payload.readableBytes() > maxPayload()) {
            payload.release();
            return false;
        }
        if (resolveSources && !address.isIp()) {
            Names.resolve(context().owner(), address.host())
                    .onSuccess(all -> {
                        udp.send(
                                SocksDatagram.encode(
                                        Address.of(new InetSocketAddress(all.get(0), address.port())), payload),
                                peer);
                        udp.flush();
                    })
                    .onFailure(unknown -> payload.release());
            return true;
        }
        return udp.send(SocksDatagram.encode(address, payload), peer);
    }

    @Override
    public void flush() {
        udp.flush();
    }

    @Override
    public int maxPayload() {
        return udp.maxPayload() - SocksDatagram.MAX_HEADER;
    }

    @Override
    public Context context() {
        return udp.context();
    }

    @Override
    public Address local() {
        return local;
    }

    @Override
    public Address remote() {
        return peer;
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        return udp.close();
    }

    @Override
    public Future<Void> closed() {
        return udp.closed();
    }
}
