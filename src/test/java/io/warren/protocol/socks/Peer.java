package io.warren.protocol.socks;

import io.warren.net.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** A server on threads of its own that does the same with everybody. */
final class Peer implements AutoCloseable {
    private final ServerSocket socket;
    private final Consumer<Wire> talk;

    private Peer(String host, Consumer<Wire> talk) {
        this.talk = talk;
        try {
            socket = new ServerSocket(0, 50, InetAddress.getByName(host));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    static Peer talking(Consumer<Wire> talk) {
        return new Peer("127.0.0.1", talk);
    }

    /** Sends back what it gets, until the end of it. */
    static Peer echo(String host) {
        return new Peer(host, client -> {
            try {
                client.socket.getInputStream().transferTo(client.socket.getOutputStream());
            } catch (IOException gone) {
                // The client's business.
            }
        });
    }

    private static void start(Runnable what) {
        Thread thread = new Thread(what, "peer");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                start(() -> {
                    try (Wire wire = new Wire(client)) {
                        talk.accept(wire);
                    }
                });
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    Address address() {
        return Address.of((InetSocketAddress) socket.getLocalSocketAddress());
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
