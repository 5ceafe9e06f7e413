package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes datagrams to a channel. A run of equally long ones to one peer becomes one buffer that the kernel cuts again (UDP_SEGMENT of udp(7)); the
 * last of a run may be shorter.
 */
final class UdpSender {
    private static final int LONGEST_RUN = 64;
    private static final int RUN_BYTES = 65_000;

    /** The kernel does not cut into pieces longer than the path's MTU, and nobody tells us that. */
    private static final int LONGEST_SEGMENT = 1_432;

    private final Channel channel;
    private final boolean connected;
    private final List<ByteBuf> run = new ArrayList<>(0);
    private boolean segments;
    private InetSocketAddress peer;
    private int size;
    private int bytes;
    private boolean complete;

    /** @param connected whether the system knows where to */
    UdpSender(Channel channel, boolean connected) {
        this.channel = channel;
        this.connected = connected;
        this.segments =
                channel instanceof EpollDatagramChannel && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    }

    void add(ByteBuf payload, InetSocketAddress to) {
        int length = payload.readableBytes();
        if (!run.isEmpty() && (!fits(length) || !to.equals(peer))) {
            writeRun();
        }
        if (run.isEmpty()) {
            peer = to;
            size = length;
        }
        run.add(payload);
        bytes += length;
        complete = length < size;
        if (!segments) {
            writeRun();
        }
    }

    private boolean fits(int length) {
        return !complete
                && length > 0
                && length <= size
                && size <= LONGEST_SEGMENT
                && run.size() < LONGEST_RUN
                && bytes + length <= RUN_BYTES;
    }

    void flush() {
        writeRun();
        channel.flush();
    }

    private void writeRun() {
        if (run.size() == 1) {
            channel.write(connected ? run.get(0) : new DatagramPacket(run.get(0), peer), channel.voidPromise());
        } else if (!run.isEmpty()) {
            ByteBuf all = channel.alloc().directBuffer(bytes);
            for (ByteBuf one : run) {
                all.writeBytes(one);
                one.release();
            }
            channel.write(new SegmentedDatagramPacket(all, size, peer)).addListener(written -> {
                // A device or path that cannot: these are lost, as datagrams may be.
                segments &= written.isSuccess() || !channel.isActive();
            });
        }
        run.clear();
        bytes = 0;
        complete = false;
    }

    void release() {
        run.forEach(ByteBuf::release);
        run.clear();
    }
}
