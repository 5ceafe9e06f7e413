package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.warren.codec.SocksFrames;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.Stream;
import io.warren.spi.Intent;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;

/** Datagrams behind a CONNECT, each with its address. */
final class UdpRelay {
    private UdpRelay() {}

    /** What the client's request line names does not matter: each of its datagrams says where it goes. */
    static Intent intent(Session session, Stream client, ConnectReply reply, Duration idle) {
        DatagramFlow flow = DatagramStream.over(client, SocksFrames.FRAMING);
        return new Intent.Associate(session, Optional.empty(), flow, flow, reply, idle);
    }

    /** @param target where all datagrams go; empty = each to its own peer */
    static DatagramFlow flow(Stream carrier, Optional<Address> target) {
        return DatagramStream.over(
                carrier, target.isEmpty() ? SocksFrames.FRAMING : new ToOne(SocksFrames.FRAMING, target.get()));
    }

    /** Frames for callers that name no peer, because there is only one. */
    private record ToOne(SocksFrames frames, Address target) implements DatagramStream.Framing {
        @Override
        public ByteBuf header(ByteBufAllocator allocator, int payloadBytes, Address peer) {
            return frames.header(allocator, payloadBytes, target);
        }

        @Override
        public Optional<DatagramStream.Packet> decode(ByteBuf in) {
            return frames.decode(in);
        }

        @Override
        public int minPayload() {
            return frames.minPayload();
        }

        @Override
        public int maxPayload() {
            return frames.maxPayload();
        }

        @Override
        public int maxHeader() {
            return frames.maxHeader();
        }
    }
}
