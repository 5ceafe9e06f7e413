package io.warren.layer.smux;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What both ends of a session tell each other beside the streams: that they live, when it is asked for or all the time, and notices. On the carrier's
 * event loop.
 */
final class LifeSigns {
    /** How often something is sent by who has promised a pulse. */
    private static final Duration PULSE = Duration.ofSeconds(2);

    /** Silence that ends a session whose peer has promised one. */
    private static final Duration STOPPED = Duration.ofSeconds(7);

    private static final long ACKNOWLEDGED_MS = 50;

    private final SmuxSession session;
    private final Stream carrier;
    private final List<Promise<Void>> proofs = new ArrayList<>();
    private ScheduledFuture<?> beats;
    private int beat;
    /** Whether the peer has promised one, and so understands what else we say. */
    private boolean pulse;

    private Consumer<Notice> notices = notice -> {};

    LifeSigns(SmuxSession session) {
        this.session = session;
        this.carrier = session.carrier();
    }

    /** @return whether it is only now that something is sent all the time */
    boolean attend() {
        if (beats != null) {
            return false;
        }
        long half = PULSE.toNanos() / 2;
        beats = session.executor().scheduleWithFixedDelay(this::beat, half, half, TimeUnit.NANOSECONDS);
        return true;
    }

    private void beat() {
        if (pulse && session.isSilentFor(STOPPED)) {
            session.endSilent();
        } else if (++beat % 2 == 0) {
            session.nop(0);
            session.flush();
        }
    }

    /** The peer is a Warren, which wants to know. */
    void promisePulse() {
        if (beats != null) {
            session.nop(Frame.PULSE);
        }
    }

    /** Of a session that goes on. */
    Future<Void> proven(Duration recent) {
        boolean known = pulse
                ? session.silence() <= recent.toNanos()
                : !recent.isZero()
                        && carrier.unacknowledged().orElse(Duration.ZERO).compareTo(recent) <= 0;
        if (known) {
            return Future.succeededFuture();
        }
        Promise<Void> proof = carrier.promise();
        proofs.add(proof);
        session.nop(pulse ? Frame.PING : 0);
        session.flush();
        if (!pulse) {
            awaitAcknowledgement(proof);
        }
        return proof.future();
    }

    private void awaitAcknowledgement(Promise<Void> proof) {
        session.executor()
                .schedule(
                        () -> {
                            if (carrier.acknowledged().orElse(false)) {
                                proofs.remove(proof);
                                proof.tryComplete();
                            } else if (!proof.future().isComplete()) {
                                awaitAcknowledgement(proof);
                            }
                        },
                        ACKNOWLEDGED_MS,
                        TimeUnit.MILLISECONDS);
    }

    void onNotice(Consumer<Notice> taker) {
        notices = taker;
    }

    /** Of a session that goes on. */
    boolean notice(Notice what) {
        if (pulse) {
            session.nop(Frame.id(what));
            session.flush();
        }
        return pulse;
    }

    /** A frame of any kind has come. */
    void seen() {
        if (!proofs.isEmpty()) {
            List<Promise<Void>> given = List.copyOf(proofs);
            proofs.clear();
            given.forEach(Promise::tryComplete);
        }
    }

    /** One of our own in a NOP, from a Warren. */
    void signal(int id) {
        if (id == Frame.PULSE) {
            pulse = true;
        } else if (id == Frame.PING) {
            session.nop(Frame.PONG);
            session.flush();
        }
        for (Notice notice : Notice.values()) {
            if (Frame.id(notice) == id) {
                notices.accept(notice);
            }
        }
    }

    void end(ProxyException why) {
        if (beats != null) {
            beats.cancel(false);
        }
        proofs.forEach(proof -> proof.tryFail(why));
        proofs.clear();
    }
}
