package io.warren.chaos;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A download and an upload without end on every route, each byte of them checked; one that was cut begins again. */
final class LongStreams implements AutoCloseable {
    private static final int RATE = 400_000;
    private static final int SILENCE_MS = 20_000;
    private static final long AGAIN_NS = 300_000_000;

    /** A stream that ended although nobody ended it; {@code when} is of {@link System#nanoTime}. */
    record Cut(Route route, long when, String how) {}

    private final Queue<String> faults;
    private final Queue<Cut> cuts = new ConcurrentLinkedQueue<>();
    private final List<Socket> open = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong seeds = new AtomicLong();
    private volatile boolean paused;
    private volatile boolean ended;

    LongStreams(List<Route> routes, Queue<String> faults) {
        this.faults = faults;
        for (Route route : routes) {
            Load.daemon("download", () -> again(route, this::download));
            Load.daemon("upload", () -> again(route, this::upload));
        }
    }

    private interface Kind {
        void run(Route route, Socket socket, long seed) throws IOException;
    }

    private void again(Route route, Kind kind) {
        while (!ended) {
            long before = bytes.get();
            try (Socket socket = new Socket()) {
                socket.connect(route.where(), SILENCE_MS);
                socket.setSoTimeout(SILENCE_MS);
                remember(socket);
                kind.run(route, socket, seeds.incrementAndGet());
            } catch (IOException e) {
                if (!ended && !paused && bytes.get() > before) {
                    cuts.add(new Cut(route, System.nanoTime(), String.valueOf(e.getMessage())));
                }
            }
            Load.pause(AGAIN_NS);
        }
    }

    private void remember(Socket socket) throws IOException {
        synchronized (open) {
            open.removeIf(Socket::isClosed);
            open.add(socket);
            if (ended || paused) {
                socket.close();
                throw new SocketException("the test is over");
            }
        }
    }

    private void download(Route route, Socket socket, long seed) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write('D');
        out.writeLong(seed);
        out.writeLong(Long.MAX_VALUE);
        out.writeInt(RATE);
        byte[] piece = new byte[16 * 1024];
        Pattern pattern = new Pattern(seed);
        for (long position = 0; ; ) {
            int some = socket.getInputStream().read(piece);
            if (some < 0) {
                throw new IOException("ended");
            }
            if (!pattern.matches(piece, 0, position, some)) {
                faults.add("a download with other bytes than were sent after " + position + ", " + route);
            }
            position += some;
            bytes.addAndGet(some);
        }
    }

    private void upload(Route route, Socket socket, long seed) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        out.write('U');
        out.writeLong(seed);
        byte[] piece = new byte[Origin.RECEIPT];
        Pattern pattern = new Pattern(seed);
        for (long sent = 0; ; ) {
            pattern.fill(piece, 0, sent, piece.length);
            out.write(piece);
            sent += piece.length;
            long receipt = in.readLong();
            if (receipt != sent) {
                faults.add("a receipt for " + receipt + " of " + sent + " bytes, " + route);
            }
            bytes.addAndGet(piece.length);
            Load.pause(piece.length * 1_000_000_000L / RATE);
        }
    }

    /** Nobody comes any more, and everybody is gone; that is no cut. */
    void pause() throws IOException {
        synchronized (open) {
            paused = true;
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    void resume() {
        paused = false;
    }

    List<Cut> cuts() {
        return List.copyOf(cuts);
    }

    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() throws IOException {
        synchronized (open) {
            ended = true;
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
