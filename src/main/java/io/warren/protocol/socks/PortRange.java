package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.warren.spi.Settings;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/**
 * Ports to choose from.
 *
 * @param first 0 = whatever the system chooses
 */
record PortRange(int first, int last) {
    private static final int ATTEMPTS = 64;

    static PortRange read(Settings metadata) {
        int first = metadata.integer(0, 0, 65535, "udp.bindRange.min", "udp.minPort");
        int last = metadata.integer(0, 0, 65535, "udp.bindRange.max", "udp.maxPort");
        // One bound without the other, or the wrong way round, is no range for gost either.
        return first > 0 && last >= first ? new PortRange(first, last) : new PortRange(0, 0);
    }

    /** Binds to one of the ports: from a random one on, since the first ones would be taken, to the next until one is free. */
    <T> Future<T> bind(IntFunction<Future<T>> bind) {
        int size = last - first + 1;
        return from(ThreadLocalRandom.current().nextInt(size), Math.min(size, ATTEMPTS), bind);
    }

    private <T> Future<T> from(int offset, int attempts, IntFunction<Future<T>> bind) {
        int size = last - first + 1;
        Future<T> bound = bind.apply(first + offset % size);
        return attempts == 1 ? bound : bound.recover(taken -> from(offset + 1, attempts - 1, bind));
    }
}
