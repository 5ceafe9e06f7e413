package io.warren.net;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches over a stream that may be silent for hours and must not be lost unnoticed: when the host at the other end has gone without a goodbye, the
 * stream is aborted within {@link #WITHIN}. The kernel's part is done by probes while nothing is on its way, and by looking for missing
 * acknowledgements while something is. Costs a system call a second. Where there is no epoll, only the first.
 */
public final class Vigil {
    /** From the loss to the end of the stream. */
    public static final Duration WITHIN = Duration.ofSeconds(10);

    private static final Duration OVERDUE = Duration.ofSeconds(7);
    private static final long CHECK_MS = 1000;
    private static final int PROBE_SECONDS = 2;
    private static final int PROBES = 3;

    private final Stream stream;
    private ScheduledFuture<?> checks;

    private Vigil(Stream stream) {
        this.stream = stream;
    }

    /** Begins on the stream's event loop and ends with the stream. */
    public static void keep(Stream stream) {
        Vigil vigil = new Vigil(stream);
        stream.socket().ifPresent(socket -> {
            socket.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            socket.config().setOption(EpollChannelOption.TCP_KEEPIDLE, PROBE_SECONDS);
            socket.config().setOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_SECONDS);
            socket.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
            vigil.checks = stream.channel()
                    .eventLoop()
                    .scheduleWithFixedDelay(vigil::check, CHECK_MS, CHECK_MS, TimeUnit.MILLISECONDS);
            stream.closed().onComplete(v -> vigil.checks.cancel(false));
        });
    }

    private void check() {
        stream.unacknowledged()
                .filter(time -> time.compareTo(OVERDUE) >= 0)
                .ifPresent(time -> stream.fail(ProxyException.upstream(
                        ProxyException.Kind.TIMEOUT, "no sign of the peer's host for " + time.toSeconds() + " s")));
    }
}
