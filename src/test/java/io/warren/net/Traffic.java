package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/** Reproducible bytes, and what came out of a socket. */
record Traffic(long bytes, long checksum) {
    interface Task<T> {
        T run() throws Exception;
    }

    static <T> CompletableFuture<T> async(Task<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        result.complete(task.run());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                "traffic",
                256 * 1024);
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Sends {@code bytes} bytes and returns what the other end has to see. */
    @CanIgnoreReturnValue
    static Traffic send(Socket socket, long bytes, long seed) throws IOException {
        return send(socket, bytes, seed, 64 * 1024);
    }

    @CanIgnoreReturnValue
    static Traffic send(Socket socket, long bytes, long seed, int chunk) throws IOException {
        OutputStream out = socket.getOutputStream();
        SplittableRandom random = new SplittableRandom(seed);
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[chunk];
        for (long left = bytes; left > 0; ) {
            int n = (int) Math.min(left, chunk);
            random.nextBytes(buffer);
            sum.update(buffer, 0, n);
            out.write(buffer, 0, n);
            left -= n;
        }
        return new Traffic(bytes, sum.getValue());
    }

    static Traffic receive(Socket socket) throws IOException {
        return receive(socket, Long.MAX_VALUE, 0);
    }

    /** Reads to the end, or {@code atMost} bytes; {@code pauseNanos} after each read. */
    static Traffic receive(Socket socket, long atMost, long pauseNanos) throws IOException {
        InputStream in = socket.getInputStream();
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        while (bytes < atMost) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, atMost - bytes));
            if (n < 0) {
                break;
            }
            sum.update(buffer, 0, n);
            bytes += n;
            if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
            }
        }
        return new Traffic(bytes, sum.getValue());
    }
}
