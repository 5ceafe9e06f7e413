package io.warren.chaos;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * What the agents publish: answers requests and remembers which it was asked, sends and takes long streams whose every byte is known, sends datagrams back.
 *
 * <p>A request is {@code R}, an id, a length, that many bytes; its answer the id and the checksum of the bytes. A download is {@code D}, a seed, a length, bytes
 * a second or 0. An upload is {@code U}, a seed, then bytes for ever; every {@link #RECEIPT} bytes it is told how many have come. A ping is {@code P}, then one
 * byte at a time, each sent back.
 */
final class Origin implements AutoCloseable {
    static final int RECEIPT = 32 * 1024;

    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Map<Long, Integer> asked = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    Origin(String host) throws IOException {
        tcp = new ServerSocket();
        tcp.bind(new InetSocketAddress(InetAddress.getByName(host), 0), 1024);
        udp = new DatagramSocket(0, InetAddress.getByName(host));
        Load.daemon("origin", this::accept);
        Load.daemon("origin udp", this::echo);
    }

    int tcpPort() {
        return tcp.getLocalPort();
    }

    int udpPort() {
        return udp.getLocalPort();
    }

    /** How often the request has arrived. */
    int asked(long id) {
        return asked.getOrDefault(id, 0);
    }

    /** What arrived that nobody can have sent. */
    Queue<String> faults() {
        return faults;
    }

    private void accept() {
        while (!tcp.isClosed()) {
            try {
                Socket visitor = tcp.accept();
                Load.daemon("origin", () -> serve(visitor));
            } catch (IOException e) {
                // The test is over, or out of descriptors for a moment.
            }
        }
    }

    private void serve(Socket visitor) {
        try (visitor) {
            visitor.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(visitor.getInputStream());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(visitor.getOutputStream(), 4096));
            int what = in.read();
            switch (what) {
                case 'R' -> answer(in, out);
                case 'D' -> send(new Pattern(in.readLong()), in.readLong(), in.readInt(), out);
                case 'U' -> take(new Pattern(in.readLong()), in, out);
                case 'P' -> pong(in, out);
                default -> {
                    if (what >= 0) {
                        faults.add("a stream that begins with " + what);
                    }
                }
            }
        } catch (IOException e) {
            // It was cut: whoever was at the other end knows whether it should have been.
        }
    }

    private void answer(DataInputStream in, DataOutputStream out) throws IOException {
        long id = in.readLong();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        asked.merge(id, 1, Integer::sum);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        out.writeLong(id);
        out.writeInt((int) sum.getValue());
        out.flush();
    }

    private static void send(Pattern pattern, long length, int rate, DataOutputStream out) throws IOException {
        byte[] piece = new byte[16 * 1024];
        long start = System.nanoTime();
        for (long sent = 0; sent < length; ) {
            int some = (int) Math.min(piece.length, length - sent);
            pattern.fill(piece, 0, sent, some);
            out.write(piece, 0, some);
            sent += some;
            if (rate > 0) {
                out.flush();
                Load.pause(start + sent * TimeUnit.SECONDS.toNanos(1) / rate - System.nanoTime());
            }
        }
        out.flush();
    }

    private void take(Pattern pattern, DataInputStream in, DataOutputStream out) throws IOException {
        byte[] piece = new byte[RECEIPT];
        for (long taken = 0; ; taken += piece.length) {
            in.readFully(piece);
            if (!pattern.matches(piece, 0, taken, piece.length)) {
                faults.add("an upload with other bytes than were sent after " + taken);
                return;
            }
            out.writeLong(taken + piece.length);
            out.flush();
        }
    }

    private static void pong(DataInputStream in, DataOutputStream out) throws IOException {
        for (int one = in.read(); one >= 0; one = in.read()) {
            out.write(one);
            out.flush();
        }
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        while (!udp.isClosed()) {
            try {
                packet.setLength(2000);
                udp.receive(packet);
                udp.send(packet);
            } catch (IOException e) {
                // One of the senders is gone, or the test is over.
            }
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }
}
