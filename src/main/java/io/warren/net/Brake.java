package io.warren.net;

import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.concurrent.TimeUnit;

/**
 * Says when a stream may be read, so that it keeps to a pace: whoever reads it asks {@link #holds} before demanding more. On the stream's event loop.
 */
public final class Brake {
    /** Of a stream with a limit on its speed. */
    private static final int LIMITED_READ = 16 * 1024;

    private static final Brake NONE = new Brake(null, Pace.FREE, () -> {});

    private final Stream stream;
    private final Pace pace;
    private final Runnable woke;
    private boolean resting;

    private Brake(Stream stream, Pace pace, Runnable woke) {
        this.stream = stream;
        this.pace = pace;
        this.woke = woke;
    }

    /**
     * Limits how much one read of the stream takes, too, unless the pace is free.
     *
     * @param woke called after each rest, which may not have been long enough: who still wants to read checks again
     */
    public static Brake of(Stream stream, Pace pace, Runnable woke) {
        if (pace == Pace.FREE) {
            return NONE;
        }
        FixedRecvByteBufAllocator small = new FixedRecvByteBufAllocator(Math.min(pace.atMost(), LIMITED_READ));
        small.maxMessagesPerRead(1);
        stream.channel().config().setRecvByteBufAllocator(small);
        return new Brake(stream, pace, woke);
    }

    /** Whether nothing may be read now. */
    public boolean holds() {
        return resting;
    }

    /** Counts what was read, and holds when that was enough for now. */
    public void passed(long bytes) {
        pace.passed(bytes);
        check();
    }

    /** Holds when enough was read for now. */
    public void check() {
        if (!resting) {
            long nanos = pace.delayNanos();
            resting = nanos > 0;
            if (resting) {
                stream.channel().eventLoop().schedule(this::rested, nanos, TimeUnit.NANOSECONDS);
            }
        }
    }

    private void rested() {
        resting = false;
        woke.run();
    }
}
