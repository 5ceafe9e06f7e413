package io.warren.transport.reverse;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.warren.net.ProxyException;
import io.warren.spi.Egress;
import io.warren.spi.Notice;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One of the places that a listener holds at different members: asked for for ever, and asked for elsewhere when its member is about to leave, before
 * it is given up there.
 */
final class Attachment {
    private static final Logger LOG = LoggerFactory.getLogger("reverse");

    /** A place that was lost sooner than that is no reason to be quick. */
    private static final long LASTING_NANOS = Duration.ofSeconds(5).toNanos();

    /** How long a place that another one follows is kept at least: visitors may be on the way to it. */
    private static final Duration LINGERING = Duration.ofSeconds(2);

    private enum State {
        STARTING,
        BOUND,
        FAILING,
        RETIRED
    }

    /** What it needs of the listener, and of the other attachments. */
    interface Owner {
        /** Asks for the place, under the agent's name, at a member that is none of those of {@code others}. */
        Future<Egress.Binding> bind(
                Session session, Attachment asking, Duration patience, Set<Place> others, Place place);

        Session session();

        /** Places of the other attachments. */
        Set<Place> others(Attachment than);

        void bound();

        /** Somebody else uses the agent's name. */
        void rename();

        @CanIgnoreReturnValue
        long timer(Duration wait, Runnable then);

        void cancel(long timer);
    }

    private final Owner owner;
    private final int slot;
    private final String bind;
    private final Backoff backoff = new Backoff(ThreadLocalRandom.current());
    private final Set<Place> left = new HashSet<>();

    private State state = State.STARTING;
    private Optional<Place> current = Optional.empty();
    private volatile Optional<String> trouble = Optional.empty();
    private Set<String> failedNodes = Set.of();
    private long boundAt;
    private long timer = -1;
    private boolean asking;

    /** @param bind what is bound, for the log */
    Attachment(Owner owner, int slot, String bind) {
        this.owner = owner;
        this.slot = slot;
        this.bind = bind;
    }

    int slot() {
        return slot;
    }

    /** Why it is not bound since the last attempt. Any thread. */
    Optional<String> trouble() {
        return trouble;
    }

    Optional<Place> current() {
        return current;
    }

    Set<String> failedNodes() {
        return failedNodes;
    }

    void start() {
        if (state == State.RETIRED || asking) {
            return;
        }
        asking = true;
        Session session = owner.session();
        Place place = new Place();
        Set<Place> others = owner.others(this);
        current.ifPresent(others::add);
        owner.bind(session, this, backoff.patience(), others, place).onComplete(done -> {
            asking = false;
            Optional<Place> twin = done.succeeded() ? bound(session, done.result(), place) : Optional.empty();
            if (done.failed()) {
                failed(session, others, done.cause());
            } else if (twin.isPresent()) {
                place.release();
                sameAgain(session);
            }
        });
    }

    /** @return a place at the same member that another attachment has got meanwhile */
    private Optional<Place> bound(Session session, Egress.Binding made, Place place) {
        place.bound(made, session.trace().member(), session.trace().route());
        Optional<Place> twin =
                owner.others(this).stream().filter(place::isWhere).findFirst();
        if (twin.isPresent()) {
            return twin;
        }
        if (state == State.RETIRED) {
            place.release();
            return Optional.empty();
        }
        // The place before this one, at a member that is about to leave.
        current.ifPresent(this::leave);
        current = Optional.of(place);
        trouble = Optional.empty();
        failedNodes = Set.of();
        boundAt = System.nanoTime();
        if (state != State.BOUND) {
            state = State.BOUND;
            log(Level.INFO).addKeyValue("address", made.address()).log("bound at the far end");
        }
        made.onNotice(what -> notified(place, what));
        made.ended().onComplete(end -> ended(place, end.failed() ? Optional.of(end.cause()) : Optional.empty()));
        owner.bound();
        return Optional.empty();
    }

    private void retire(Place place) {
        left.add(place);
        place.retire();
    }

    private void leave(Place place) {
        left.add(place);
        owner.timer(LINGERING, place::retire);
    }

    private void notified(Place place, Notice what) {
        if (state == State.RETIRED || current.filter(place::equals).isEmpty()) {
            return;
        }
        if (what == Notice.REPLACED) {
            log(Level.WARN).log("another process has taken this agent's name: going on under one of its own");
            leave(place);
            current = Optional.empty();
            owner.rename();
        } else {
            log(Level.INFO).log("the far end is about to leave: binding elsewhere");
        }
        backoff.reset();
        again(backoff.next());
    }

    private void ended(Place place, Optional<Throwable> cause) {
        place.ended();
        left.remove(place);
        if (current.filter(place::equals).isEmpty()) {
            return;
        }
        current = Optional.empty();
        // A place for one visitor only is asked for again at once: the next one waits.
        boolean lasted = System.nanoTime() - boundAt > LASTING_NANOS;
        if (lasted || place.served()) {
            backoff.reset();
        }
        if (cause.isEmpty() && place.served()) {
            again(backoff.next());
        } else {
            failedNodes = place.nodes();
            lost(cause.orElseGet(() -> ProxyException.upstream(ProxyException.Kind.CLOSED, "closed by the far end")));
        }
    }

    private void failed(Session session, Set<Place> others, Throwable cause) {
        boolean same = session.trace()
                .member()
                .filter(id -> others.stream().anyMatch(place -> place.member().equals(Optional.of(id))))
                .isPresent();
        if (same) {
            sameAgain(session);
        } else {
            failedNodes = Place.nodes(session.trace().route());
            lost(cause);
        }
    }

    private void sameAgain(Session session) {
        failedNodes = Place.nodes(session.trace().route());
        Duration wait = backoff.next();
        log(Level.DEBUG).log("the same member again, next attempt in {} ms", wait.toMillis());
        again(wait);
    }

    private void lost(Throwable cause) {
        if (state == State.RETIRED) {
            return;
        }
        Duration wait = backoff.next();
        if (current.isEmpty()) {
            trouble = Optional.of(String.valueOf(cause.getMessage()));
        }
        // One that is about to leave still serves.
        if (state != State.FAILING && current.isEmpty()) {
            state = State.FAILING;
            log(Level.WARN).log("not bound, asking again until it is: {}", cause.getMessage());
        } else {
            log(Level.DEBUG).log("still not bound, next attempt in {} ms: {}", wait.toMillis(), cause.getMessage());
        }
        again(wait);
    }

    private void again(Duration wait) {
        if (state != State.RETIRED && timer < 0) {
            timer = owner.timer(wait, () -> {
                timer = -1;
                start();
            });
        }
    }

    private LoggingEventBuilder log(Level level) {
        return LOG.atLevel(level)
                .addKeyValue("service", owner.session().service())
                .addKeyValue("session", slot)
                .addKeyValue("bind", bind);
    }

    void retire() {
        state = State.RETIRED;
        if (timer >= 0) {
            owner.cancel(timer);
        }
        current.ifPresent(this::retire);
        current = Optional.empty();
    }

    void close() {
        Set.copyOf(left).forEach(Place::close);
    }
}
