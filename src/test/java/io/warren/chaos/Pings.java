package io.warren.chaos;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;

/** A connection on which one byte at a time goes to the agent's target and back. */
final class Pings implements AutoCloseable {
    private final Socket socket = new Socket();

    Pings(Route route) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(route.where(), 5_000);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write('P');
    }

    long nanos() throws IOException {
        long start = System.nanoTime();
        socket.getOutputStream().write(1);
        if (socket.getInputStream().read() != 1) {
            throw new EOFException("no answer to a ping");
        }
        return System.nanoTime() - start;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
