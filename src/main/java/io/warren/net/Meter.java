package io.warren.net;

import java.util.concurrent.atomic.LongAdder;

/** Bytes that went through, by direction. Any thread. */
public final class Meter {
    private final LongAdder fromClient = new LongAdder();
    private final LongAdder toClient = new LongAdder();

    public void fromClient(long bytes) {
        fromClient.add(bytes);
    }

    public void toClient(long bytes) {
        toClient.add(bytes);
    }

    /** Bytes read from the client. */
    public long in() {
        return fromClient.sum();
    }

    /** Bytes written to the client. */
    public long out() {
        return toClient.sum();
    }
}
