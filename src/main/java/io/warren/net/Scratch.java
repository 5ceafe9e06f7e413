package io.warren.net;

import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What all spliced pairs of one event loop share: a buffer for small amounts and a few pipes for large ones. */
final class Scratch {
    static final int COPY_BYTES = 16 * 1024;

    /** What the kernel gives a pipe without being asked. */
    static final int PIPE_BYTES = 64 * 1024;

    private static final int KEPT = 16;

    /** A reader that has stopped holds a pipe. An unprivileged user gets 1,024 of full size from Linux. */
    private static final int MOST = 128;

    /** @param in where bytes come out, {@code out} where they go in, as pipe(2) has it */
    record Pipe(FileDescriptor in, FileDescriptor out) {
        void close() {
            try {
                in.close();
                out.close();
            } catch (IOException e) {
                throw new IllegalStateException("a pipe cannot be closed", e);
            }
        }
    }

    private final Deque<Pipe> free = new ArrayDeque<>();
    private ByteBuffer copy;
    private long copyAddress;
    private int open;

    /** Where {@value #COPY_BYTES} bytes are; nobody keeps anything there beyond a call. */
    long copyAddress() {
        if (copy == null) {
            copy = ByteBuffer.allocateDirect(COPY_BYTES);
            copyAddress = Buffer.memoryAddress(copy);
        }
        return copyAddress;
    }

    ByteBuffer copyBuffer() {
        return copy;
    }

    /** An empty pipe; none when too many are in use or the process has no descriptor left. */
    Optional<Pipe> borrow() {
        if (!free.isEmpty()) {
            return Optional.of(free.pop());
        }
        if (open >= MOST) {
            return Optional.empty();
        }
        try {
            FileDescriptor[] ends = FileDescriptor.pipe();
            open++;
            return Optional.of(new Pipe(ends[0], ends[1]));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param empty a pipe with bytes of one pair in it is never given to another */
    void giveBack(Pipe pipe, boolean empty) {
        if (empty && free.size() < KEPT) {
            free.push(pipe);
        } else {
            open--;
            pipe.close();
        }
    }

    void close() {
        free.forEach(Pipe::close);
        free.clear();
    }
}
