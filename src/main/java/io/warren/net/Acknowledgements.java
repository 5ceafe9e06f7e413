package io.warren.net;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What the kernel knows of a connection's other end (TCP_INFO of tcp(7)). Any thread. */
final class Acknowledgements {
    private Acknowledgements() {}

    /**
     * How long an acknowledgement has been missing that was asked for more than once; zero when none is. A peer that does not read, and so has closed
     * its window, still answers the probes of it: one that is out at the moment says nothing, two without an answer do. TCP_USER_TIMEOUT would end such
     * a peer all the same, which is why it is not used.
     */
    static Optional<Duration> overdue(EpollSocketChannel socket) {
        return info(socket)
                .map(info -> info.retransmits() > 0 || info.probes() > 1
                        ? Duration.ofMillis(info.lastAckRecv())
                        : Duration.ZERO);
    }

    static Optional<Boolean> all(EpollSocketChannel socket) {
        return info(socket).map(info -> info.unacked() == 0);
    }

    /** Empty as long as nothing was measured. */
    static Optional<Duration> roundTrip(EpollSocketChannel socket) {
        return info(socket).filter(info -> info.rtt() > 0).map(info -> Duration.of(info.rtt(), ChronoUnit.MICROS));
    }

    private static Optional<EpollTcpInfo> info(EpollSocketChannel socket) {
        try {
            return Optional.of(socket.tcpInfo());
        } catch (ChannelException e) {
            return Optional.empty();
        }
    }
}
