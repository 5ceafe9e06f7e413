package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.codec.Vectors;
import io.warren.net.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;

/** A client or peer written out byte by byte, on a blocking socket. */
final class Wire implements AutoCloseable {
    static final int PATIENCE_MS = 10_000;

    final Socket socket;

    Wire(Socket socket) {
        this.socket = socket;
        try {
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Wire to(Address server) {
        try {
            InetAddress ip = server.isIp() ? server.ip() : InetAddress.getLoopbackAddress();
            return new Wire(new Socket(ip, server.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @CanIgnoreReturnValue
    Wire send(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @CanIgnoreReturnValue
    Wire send(String hex) {
        return send(Vectors.bytes(hex));
    }

    @CanIgnoreReturnValue
    Wire sendText(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    @CanIgnoreReturnValue
    byte[] read(int n) {
        try {
            return socket.getInputStream().readNBytes(n);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @CanIgnoreReturnValue
    Wire expect(String hex) {
        byte[] expected = Vectors.bytes(hex);
        assertThat(HexFormat.ofDelimiter(" ").formatHex(read(expected.length)))
                .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(expected));
        return this;
    }

    @CanIgnoreReturnValue
    Wire expectText(String text) {
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        assertThat(new String(read(expected.length), StandardCharsets.UTF_8)).isEqualTo(text);
        return this;
    }

    /** Takes a SOCKS5 reply that grants the request, and returns its address, an IP. */
    @CanIgnoreReturnValue
    Address expectReply() {
        byte[] head = read(4);
        assertThat(head).hasSize(4).startsWith(5, 0, 0);
        byte[] ip = read(head[3] == 1 ? 4 : 16);
        byte[] port = read(2);
        try {
            return Address.of(
                    new InetSocketAddress(InetAddress.getByAddress(ip), (port[0] & 255) << 8 | (port[1] & 255)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void expectEnd() {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            // An end as well.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @CanIgnoreReturnValue
    Wire end() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same connection under TLS from here on. */
    Wire secured(boolean client) {
        try {
            SSLSocket tls = (SSLSocket) TestCertificate.ONE
                    .context
                    .getSocketFactory()
                    .createSocket(socket, "127.0.0.1", socket.getPort(), true);
            tls.setUseClientMode(client);
            tls.startHandshake();
            return new Wire(tls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
