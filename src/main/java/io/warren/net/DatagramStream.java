package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Datagrams carried by a stream, each behind a header. What the stream cannot take is dropped and counted, as a socket's queue would. Without a
 * receiver the stream is not read, so nothing is lost there.
 */
public final class DatagramStream implements DatagramFlow {
    /** One datagram; the payload is owned by whoever gets it. */
    public record Packet(ByteBuf payload, Address peer) {}

    /** How datagrams are written one behind the other. */
    public interface Framing {
        /** What goes before the payload; given away. */
        ByteBuf header(ByteBufAllocator allocator, int payloadBytes, Address peer);

        /**
         * Reads header and payload, and takes the payload with {@link ByteBuf#readRetainedSlice}.
         *
         * @param in what has arrived so far; on success the reader index stands behind the payload
         * @return empty when more bytes are needed
         * @throws ProxyException PROTOCOL
         */
        Optional<Packet> decode(ByteBuf in);

        /** The shortest payload in bytes that peers understand; shorter ones are dropped in both directions. */
        default int minPayload() {
            return 0;
        }

        /** The longest payload that a header can announce, in bytes. */
        int maxPayload();

        /** The longest header, in bytes. */
        int maxHeader();
    }

    private final Stream stream;
    private final Framing framing;
    private Receiver receiver;
    private long dropped;

    private DatagramStream(Stream stream, Framing framing) {
        this.stream = stream;
        this.framing = framing;
    }

    /** The caller gives the stream away. */
    public static DatagramStream over(Stream stream, Framing framing) {
        return new DatagramStream(stream, framing);
    }

    private final class Incoming implements Stream.Sink {
        private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
        private boolean ended;

        @Override
        public void read(ByteBuf bytes) {
            if (ended) {
                bytes.release();
                return;
            }
            gathered = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                    stream.channel().alloc(), gathered, bytes);
            try {
                deliver();
            } catch (ProxyException e) {
                // The rest has no boundaries any more.
                end();
                stream.abort();
            }
        }

        private void deliver() {
            while (!ended && gathered.isReadable()) {
                int start = gathered.readerIndex();
                Optional<Packet> packet = framing.decode(gathered);
                if (packet.isEmpty()) {
                    gathered.readerIndex(start);
                    if (gathered.readableBytes() > framing.maxHeader() + framing.maxPayload()) {
                        throw ProxyException.protocol("datagram frame longer than " + framing.maxPayload() + " bytes");
                    }
                    return;
                }
                if (packet.get().payload().readableBytes() < framing.minPayload()) {
                    packet.get().payload().release();
                } else {
                    receiver.packet(packet.get().payload(), packet.get().peer());
                }
            }
            if (!ended) {
                gathered.release();
                gathered = Unpooled.EMPTY_BUFFER;
            }
        }

        @Override
        public void readComplete() {
            receiver.batchEnd();
        }

        @Override
        public void writable() {}

        @Override
        public void inputEnded() {
            end();
        }

        @Override
        public void closed(Throwable cause) {
            end();
        }

        private void end() {
            if (!ended) {
                ended = true;
                gathered.release();
                gathered = Unpooled.EMPTY_BUFFER;
                receiver.ended();
            }
        }
    }

    @Override
    public boolean send(ByteBuf payload, Address peer) {
        if (!stream.isOpen()
                || !stream.channel().isWritable()
                || payload.readableBytes() > framing.maxPayload()
                || payload.readableBytes() < framing.minPayload()) {
            dropped++;
            Drops.count();
            payload.release();
            return false;
        }
        stream.writeLater(framing.header(stream.channel().alloc(), payload.readableBytes(), peer));
        stream.writeLater(payload);
        return true;
    }

    @Override
    public void flush() {
        stream.tail().flush();
    }

    @Override
    public void receiver(Receiver next) {
        boolean first = receiver == null;
        receiver = next;
        if (first) {
            stream.attach(new Incoming());
            if (stream.isOpen()) {
                stream.demand(true);
            }
        }
    }

    @Override
    public int maxPayload() {
        return framing.maxPayload();
    }

    /** Datagrams that the stream could not take. */
    public long dropped() {
        return dropped;
    }

    @Override
    public Context context() {
        return stream.context();
    }

    @Override
    public Address local() {
        return stream.local();
    }

    @Override
    public Address remote() {
        return stream.remote();
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        return stream.close();
    }

    @Override
    public Future<Void> closed() {
        return stream.closed();
    }
}
