package io.warren.net;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Bytes that went through, by direction. Any thread. */
public final class Meter {
    private final Optional<Meter> whole;
    private final LongAdder fromClient = new LongAdder();
    private final LongAdder toClient = new LongAdder();

    public Meter() {
        whole = Optional.empty();
    }

    /** @param whole counts the same bytes and others */
    public Meter(Meter whole) {
        this.whole = Optional.of(whole);
    }

    public void fromClient(long bytes) {
        fromClient.add(bytes);
        if (whole.isPresent()) {
            whole.get().fromClient(bytes);
        }
    }

    public void toClient(long bytes) {
        toClient.add(bytes);
        if (whole.isPresent()) {
            whole.get().toClient(bytes);
        }
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
