package io.warren.relay;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a member and its Warren agent tell each other between the datagrams of a UDP port that was bound: that they live, and notices. Datagrams to a name,
 * which no visitor has; both have said in their hello that they know them. One that is dropped, because the stream cannot take more, is said again. On the
 * stream's event loop.
 */
public final class DatagramSignals implements DatagramFlow {
    private static final String NAME = "signal.warren.invalid";

    /** Sent at least every other {@link #BEAT}. */
    private static final int PULSE = 1;

    private static final int PING = 2;
    private static final int PONG = 3;
    private static final int LEAVING = 4;
    private static final int REPLACED = 5;

    private static final Duration BEAT = Duration.ofSeconds(1);
    /** Beats of our own, so that nobody is blamed for a time in which this process stood still. */
    private static final int STOPPED = 7;

    private final Stream stream;
    private final DatagramFlow datagrams;
    private final Context own;
    private final List<Promise<Void>> proofs = new ArrayList<>();
    private final Set<Notice> told = EnumSet.noneOf(Notice.class);
    private Consumer<Notice> notices = notice -> {};
    private Optional<Notice> telling = Optional.empty();
    private boolean begun;
    private int beats;
    private int silent;
    private long seen = System.nanoTime();

    /** @param datagrams those of {@code stream}, given away */
    public DatagramSignals(Stream stream, DatagramFlow datagrams) {
        this.stream = stream;
        this.datagrams = datagrams;
        this.own = Loops.sibling(stream.context());
    }

    private void beat() {
        if (stream.closed().isComplete()) {
            return;
        }
        if (++silent > STOPPED) {
            stream.abort();
            return;
        }
        if (++beats % 2 == 0) {
            say(PULSE);
            telling.ifPresent(what -> say(signal(what)));
        }
        Loops.setTimer(own, BEAT, t -> beat());
    }

    private static int signal(Notice notice) {
        return switch (notice) {
            case LEAVING -> LEAVING;
            case REPLACED -> REPLACED;
        };
    }

    private void say(int signal) {
        datagrams.send(Unpooled.wrappedBuffer(new byte[1]), Address.of(NAME, signal));
        datagrams.flush();
    }

    private void heard(int signal) {
        if (signal == PING) {
            say(PONG);
        }
        for (Notice notice : Notice.values()) {
            if (signal == signal(notice) && told.add(notice)) {
                notices.accept(notice);
            }
        }
    }

    /** As of {@link io.warren.spi.Egress#proven}. */
    public Future<Void> proven(Duration recent) {
        if (System.nanoTime() - seen <= recent.toNanos()) {
            return Future.succeededFuture();
        }
        if (stream.closed().isComplete()) {
            return Future.failedFuture(ended());
        }
        Promise<Void> proof = stream.promise();
        proofs.add(proof);
        say(PING);
        return proof.future();
    }

    /** The other end learns of it, now or in the end. */
    public void tell(Notice what) {
        telling = Optional.of(what);
        say(signal(what));
    }

    /** Called for each that the other end tells, once. */
    public void onNotice(Consumer<Notice> taker) {
        notices = taker;
    }

    private static ProxyException ended() {
        return ProxyException.upstream(ProxyException.Kind.CLOSED, "the way of the datagrams has ended");
    }

    private final class Filter implements Receiver {
        private final Receiver next;

        Filter(Receiver next) {
            this.next = next;
        }

        @Override
        public void packet(ByteBuf payload, Address peer) {
            silent = 0;
            seen = System.nanoTime();
            if (!proofs.isEmpty()) {
                List<Promise<Void>> given = List.copyOf(proofs);
                proofs.clear();
                given.forEach(Promise::tryComplete);
            }
            if (peer.host().equals(NAME)) {
                payload.release();
                heard(peer.port());
            } else {
                next.packet(payload, peer);
            }
        }

        @Override
        public void batchEnd() {
            next.batchEnd();
        }

        @Override
        public void ended() {
            proofs.forEach(proof -> proof.tryFail(DatagramSignals.ended()));
            proofs.clear();
            next.ended();
        }
    }

    @Override
    public void receiver(Receiver next) {
        datagrams.receiver(new Filter(next));
        if (!begun) {
            // Silence counts from the moment on at which somebody listens.
            begun = true;
            Loops.setTimer(own, BEAT, t -> beat());
        }
    }

    @Override
    public boolean send(ByteBuf payload, Address peer) {
        return datagrams.send(payload, peer);
    }

    @Override
    public void flush() {
        datagrams.flush();
    }

    @Override
    public int maxPayload() {
        return datagrams.maxPayload();
    }

    @Override
    public Context context() {
        return datagrams.context();
    }

    @Override
    public Address local() {
        return datagrams.local();
    }

    @Override
    public Address remote() {
        return datagrams.remote();
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        return datagrams.close();
    }

    @Override
    public Future<Void> closed() {
        return datagrams.closed();
    }
}
