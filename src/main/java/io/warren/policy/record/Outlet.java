package io.warren.policy.record;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Loops;
import io.warren.spi.RecordCounts;
import io.warren.spi.Recorder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue before a sink. A sink that fails is tried again with growing pauses, records wait for it in their order, and those for which there is no room
 * are dropped. One warning when that begins, one line when it is over. Any thread.
 */
final class Outlet implements Recorder {
    private static final Logger LOG = LoggerFactory.getLogger("record");

    static final int MAX_RECORDS = 10_000;
    static final long MAX_BYTES = 16L * 1024 * 1024;
    /** Of one batch, unless a single record is longer: what a full disk takes of a batch is written for nothing. */
    private static final long BATCH_BYTES = 256 * 1024;

    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 5_000;

    private final Vertx vertx;
    private final Context context;
    private final String name;
    private final Sink sink;
    private final RecordCounts.Of counts;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long writingBytes;
    private long droppedInBurst;
    private boolean busy;
    private boolean closed;
    private boolean inTrouble;
    private long pause = FIRST_PAUSE_MS;
    private List<Promise<Void>> whenEmpty = new ArrayList<>();

    /** @param name the recorder's, for messages */
    Outlet(Vertx vertx, String name, Sink sink, RecordCounts.Of counts) {
        this.vertx = vertx;
        this.context = Loops.next(vertx);
        this.name = name;
        this.sink = sink;
        this.counts = counts;
    }

    @Override
    public void record(byte[] record) {
        counts.taken();
        if (keep(record)) {
            context.runOnContext(v -> next());
        }
    }

    /** Says whether somebody has to begin writing. */
    private synchronized boolean keep(byte[] record) {
        if (waiting.size() >= MAX_RECORDS || waitingBytes + record.length > MAX_BYTES) {
            drop(1, "queue full (" + waiting.size() + " records)");
            return false;
        }
        waiting.add(record);
        waitingBytes += record.length;
        boolean begin = !busy;
        busy = true;
        return begin;
    }

    private synchronized void drop(long records, String why) {
        counts.dropped(records);
        if (droppedInBurst == 0) {
            LOG.atWarn().log("recorder {}: records are dropped: {}", name, why);
        }
        droppedInBurst += records;
    }

    private void next() {
        List<byte[]> batch = take();
        if (!batch.isEmpty()) {
            sink.write(batch).onComplete(done -> written(done.result()));
        }
    }

    private synchronized List<byte[]> take() {
        List<byte[]> batch = new ArrayList<>();
        while (batch.size() < sink.batch() && !waiting.isEmpty() && fits(waiting.getFirst())) {
            byte[] record = waiting.removeFirst();
            batch.add(record);
            writingBytes += record.length;
        }
        if (batch.isEmpty()) {
            busy = false;
            whenEmpty.forEach(Promise::tryComplete);
            whenEmpty = new ArrayList<>();
            if (closed) {
                sink.close();
            }
        }
        // What is being written still takes its room.
        return batch;
    }

    private boolean fits(byte[] record) {
        return writingBytes == 0 || writingBytes + record.length <= BATCH_BYTES;
    }

    private void written(Sink.Written result) {
        if (settle(result)) {
            vertx.setTimer(pause(), timer -> context.runOnContext(v -> next()));
        } else {
            next();
        }
    }

    private synchronized long pause() {
        long now = pause;
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
        return now;
    }

    /** Says whether the sink needs a pause. */
    private synchronized boolean settle(Sink.Written result) {
        waitingBytes -= writingBytes;
        writingBytes = 0;
        for (int i = result.again().size() - 1; i >= 0; i--) {
            byte[] record = result.again().get(i);
            waiting.addFirst(record);
            waitingBytes += record.length;
        }
        if (result.refused() > 0) {
            drop(result.refused(), result.trouble());
        }
        if (!result.again().isEmpty()) {
            if (!inTrouble) {
                inTrouble = true;
                LOG.atWarn().log("recorder {}: {}; records wait", name, result.trouble());
            }
            return true;
        }
        if (result.refused() == 0) {
            recovered();
        }
        return false;
    }

    private void recovered() {
        if (inTrouble || droppedInBurst > 0) {
            LOG.atInfo().log("recorder {}: written again, {} records were dropped", name, droppedInBurst);
        }
        inTrouble = false;
        droppedInBurst = 0;
        pause = FIRST_PAUSE_MS;
    }

    /** Completes when all that has been recorded so far has been written or dropped. */
    synchronized Future<Void> flushed() {
        if (!busy) {
            return Future.succeededFuture();
        }
        Promise<Void> empty = Promise.promise();
        whenEmpty.add(empty);
        return empty.future();
    }

    /** What is recorded later, by sessions that are still there, is written all the same. */
    synchronized void close() {
        closed = true;
        if (!busy) {
            sink.close();
        }
    }
}
