package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.codec.SocksDatagram;
import io.warren.net.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A UDP client or server written out, on a blocking socket. */
final class UdpWire implements AutoCloseable {
    private final DatagramSocket socket;

    UdpWire(String host) {
        try {
            socket = new DatagramSocket(new InetSocketAddress(host, 0));
            socket.setSoTimeout(Wire.PATIENCE_MS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends back what it gets, to whom it came from. */
    static UdpWire echo(String host) {
        UdpWire echo = new UdpWire(host);
        Thread thread = new Thread(echo::run, "echo");
        thread.setDaemon(true);
        thread.start();
        return echo;
    }

    private void run() {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            socket.setSoTimeout(0);
            while (true) {
                packet.setLength(65536);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    Address address() {
        return Address.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    @CanIgnoreReturnValue
    UdpWire send(byte[] bytes, Address to) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to.socket()));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] receive() {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends until it is echoed, for a server that may not be there yet. */
    void insist(byte[] bytes, Address to) {
        Soon.holds(() -> {
            try {
                socket.setSoTimeout(500);
                return Arrays.equals(send(bytes, to).receive(), bytes);
            } catch (UncheckedIOException notYet) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            socket.setSoTimeout(Wire.PATIENCE_MS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text for {@code target} behind the header of RFC 1928. */
    static byte[] wrapped(Address target, String text) {
        return taken(SocksDatagram.encode(target, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
    }

    /** A text for {@code target} as a frame of a stream. */
    static byte[] framed(Address target, String text) {
        return taken(SocksDatagram.encodeFrame(target, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
    }

    private static byte[] taken(ByteBuf buffer) {
        byte[] bytes = ByteBufUtil.getBytes(buffer);
        buffer.release();
        return bytes;
    }

    @CanIgnoreReturnValue
    UdpWire expect(byte[] bytes) {
        assertThat(receive()).isEqualTo(bytes);
        return this;
    }

    @Override
    public void close() {
        socket.close();
    }
}
