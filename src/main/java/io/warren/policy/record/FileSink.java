package io.warren.policy.record;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Appends records to a file. It is opened for each batch, so that somebody else may move it away; what a full disk took of a batch is cut off again, so
 * that no record is there in part.
 */
final class FileSink implements Sink {
    private static final int BLOCK = 64 * 1024;

    private final Vertx vertx;
    private final Path file;
    private final byte[] separator;
    private final Optional<Rotation> rotation;

    /** @param separator stands behind each record */
    FileSink(Vertx vertx, Path file, byte[] separator, Optional<Rotation> rotation) {
        this.vertx = vertx;
        this.file = file;
        this.separator = separator.clone();
        this.rotation = rotation;
    }

    @Override
    public int batch() {
        return 256;
    }

    @Override
    public Future<Written> write(List<byte[]> records) {
        return vertx.<Written>executeBlocking(() -> append(records))
                .otherwise(e -> new Written(records, 0, file + ": " + reason(e)));
    }

    private static String reason(Throwable e) {
        String type = e.getClass().getSimpleName();
        return e.getMessage() == null ? type : type + " " + e.getMessage();
    }

    private Written append(List<byte[]> records) throws IOException {
        if (rotation.isPresent()) {
            long more = records.stream()
                    .mapToLong(record -> record.length + separator.length)
                    .sum();
            rotation.get().makeRoom(file, more);
        }
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            long before = out.size();
            // One system call for many small ones, and no more memory outside of the heap than that, which Java keeps
            // for each thread.
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            try {
                for (byte[] record : records) {
                    put(record, block, out);
                    put(separator, block, out);
                }
                drain(block, out);
            } catch (IOException e) {
                cutOff(out, before, e);
                throw e;
            }
        }
        return Written.ALL;
    }

    private static void put(byte[] bytes, ByteBuffer block, FileChannel out) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int n = Math.min(block.remaining(), bytes.length - at);
            block.put(bytes, at, n);
            at += n;
            if (!block.hasRemaining()) {
                drain(block, out);
            }
        }
    }

    private static void drain(ByteBuffer block, FileChannel out) throws IOException {
        block.flip();
        while (block.hasRemaining()) {
            int n = out.write(block);
            assert n >= 0;
        }
        block.clear();
    }

    private static void cutOff(FileChannel out, long length, IOException why) {
        try {
            FileChannel same = out.truncate(length);
            assert same == out;
        } catch (IOException notEvenThat) {
            why.addSuppressed(notEvenThat);
        }
    }

    @Override
    public void close() {}
}
