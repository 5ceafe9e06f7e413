package io.warren.protocol.http;

import io.warren.net.Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** Sends every datagram back. */
final class UdpEcho implements AutoCloseable {
    private final DatagramSocket socket;

    UdpEcho() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::run, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            while (true) {
                packet.setLength(65536);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    Address address() {
        return Address.of("127.0.0.1", socket.getLocalPort());
    }

    @Override
    public void close() {
        socket.close();
    }
}
