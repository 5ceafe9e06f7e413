package io.warren.protocol.http;

import io.warren.net.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A target: reads heads one after the other on each connection and leaves the rest to a script. */
final class Origin implements AutoCloseable {
    /** Answers one request. */
    @FunctionalInterface
    interface Script {
        /** @return whether the connection goes on */
        boolean answer(String head, InputStream in, OutputStream out) throws IOException;
    }

    final AtomicInteger connections = new AtomicInteger();
    final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final Script script;

    Origin(Script script) throws IOException {
        this("127.0.0.1", script);
    }

    Origin(String host, Script script) throws IOException {
        this.script = script;
        server = new ServerSocket(0, 50, InetAddress.getByName(host));
        thread(this::accept);
    }

    /** Answers everything with {@code text}. */
    static Origin saying(String... lines) throws IOException {
        String text = String.join("\r\n", lines);
        return new Origin((head, in, out) -> {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            return true;
        });
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "origin");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                thread(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            boolean more = true;
            while (more) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                heads.add(head);
                more = script.answer(head, in, socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // So is the connection.
        }
    }

    /** Everything up to the empty line, or what there is before the end. */
    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (last != 0x0d0a0d0a) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.write(b);
            last = last << 8 | b;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    Address address() {
        return Address.of((InetSocketAddress) server.getLocalSocketAddress());
    }

    String url(String path) {
        return "http://" + address() + path;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
