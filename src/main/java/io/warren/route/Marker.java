package io.warren.route;

import java.time.Clock;
import java.time.Duration;

/**
 * Remembers failures: what failed {@code maxFails} times, the last of them less than {@code failTimeout} ago, is set aside. Only success forgets the
 * count, so after that time one more failure sets it aside again. Any thread.
 */
public final class Marker {
    private final int maxFails;
    private final Duration failTimeout;
    private final Clock clock;
    private int count;
    private long lastMillis;

    public Marker(int maxFails, Duration failTimeout, Clock clock) {
        this.maxFails = maxFails;
        this.failTimeout = failTimeout;
        this.clock = clock;
    }

    public synchronized void failed() {
        count++;
        lastMillis = clock.millis();
    }

    public synchronized void succeeded() {
        count = 0;
    }

    public synchronized boolean setAside() {
        return count >= maxFails && clock.millis() - lastMillis < failTimeout.toMillis();
    }

    public synchronized int count() {
        return count;
    }
}
