package io.warren.boot;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * A log file that outlives a full disk: what cannot be written is lost and counted, nobody waits for it, and a second later the file is opened again. Said once
 * on standard error when that begins, and once in the file when it is over. Of one thread at a time.
 */
final class LogFile extends OutputStream {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final File file;
    private final LongFunction<byte[]> note;
    private Optional<FileOutputStream> out = Optional.empty();
    private long lost;
    private long failedAt;

    /** @param note the line that says how many are lost */
    LogFile(String file, LongFunction<byte[]> note) {
        this.file = new File(file).getAbsoluteFile();
        this.note = note;
        try {
            open();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void open() throws IOException {
        File directory = file.getParentFile();
        if (!directory.isDirectory() && !directory.mkdirs()) {
            throw new IOException("no directory " + directory);
        }
        out = Optional.of(new FileOutputStream(file, true));
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Exactly one line, or none of it. */
    @Override
    public void write(byte[] line, int from, int length) {
        if (out.isEmpty() && System.nanoTime() - failedAt < PAUSE_NANOS) {
            lost++;
            return;
        }
        try {
            if (out.isEmpty()) {
                open();
            }
            if (lost > 0) {
                byte[] said = note.apply(lost);
                append(said, 0, said.length);
                lost = 0;
            }
            append(line, from, length);
        } catch (IOException e) {
            failed(e);
            lost++;
        }
    }

    private void append(byte[] line, int from, int length) throws IOException {
        FileOutputStream to = out.orElseThrow();
        long before = file.length();
        try {
            to.write(line, from, length);
        } catch (IOException e) {
            if (file.length() > before) {
                to.getChannel().truncate(before).force(false);
            }
            throw e;
        }
    }

    private void failed(IOException why) {
        if (lost == 0) {
            System.err.println("log file " + file + ": " + why.getMessage() + "; lines are lost");
        }
        failedAt = System.nanoTime();
        close();
    }

    @Override
    public void close() {
        try {
            if (out.isPresent()) {
                out.get().close();
            }
        } catch (IOException e) {
            // Nothing is buffered that could be lost.
            failedAt = System.nanoTime();
        }
        out = Optional.empty();
    }
}
