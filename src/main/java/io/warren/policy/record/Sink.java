package io.warren.policy.record;

import io.vertx.core.Future;
import java.util.List;

/** One place outside of this process that records are written to. Called on one context, one batch at a time. */
interface Sink {
    /** How many records at most are written at once. */
    int batch();

    /**
     * Writes records.
     *
     * @return what became of them; never fails
     */
    Future<Written> write(List<byte[]> records);

    /** Lets go of what is held open; a later {@link #write} opens it again. */
    void close();

    /**
     * What became of a batch.
     *
     * @param again those that could not be written now
     * @param refused how many the other side does not want
     * @param trouble the reason; empty when all were written
     */
    record Written(List<byte[]> again, int refused, String trouble) {
        static final Written ALL = new Written(List.of(), 0, "");
    }
}
