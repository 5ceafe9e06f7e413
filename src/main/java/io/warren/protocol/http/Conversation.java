package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.codec.HttpBody;
import io.warren.codec.HttpHead;
import io.warren.codec.HttpRequest;
import io.warren.net.Address;
import io.warren.net.Brake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Intent;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One client's connection: its requests are read and answered one after the other, until it asks for a tunnel or ends. The client logs in with its
 * first request.
 */
final class Conversation implements Stream.Sink {
    private enum Phase {
        /** Reading a head, or waiting for one. */
        HEAD,
        /** Finding out whether the client may. */
        LOGIN,
        EXCHANGE,
        /** The last answer was given; what the client still sends is thrown away, since a reset could overtake the answer. */
        PARTING,
        OVER
    }

    private static final Duration IDLE_TIME = Duration.ofMinutes(5);
    private static final Duration PARTING_TIME = Duration.ofSeconds(2);
    private static final int PARTING_BYTES = 4 * 1024 * 1024;
    private static final long NEVER = Long.MAX_VALUE;

    private final HttpHandler handler;
    private final Session session;
    private final Stream client;
    private final Promise<Intent> outcome;
    private final Reception reception;
    private final Brake brake;
    private Phase phase = Phase.HEAD;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private int searched;
    private HttpBody body;
    private Exchange exchange;
    private Optional<Upstream> bound = Optional.empty();
    private int requests;
    private boolean inputEnded;
    private long thrownAway;
    private long deadline;
    private ProxyException partingWhy;

    Conversation(HttpHandler handler, Session session, Stream client) {
        this.handler = handler;
        this.session = session;
        this.client = client;
        this.outcome = client.promise();
        this.reception = new Reception(this);
        this.brake = Brake.of(client, session.trace().limit().fromClient(), this::rested);
    }

    Future<Intent> begin() {
        allow(handler.patience());
        client.attach(this);
        brake.check();
        if (phase != Phase.OVER) {
            regulate();
        }
        return outcome.future();
    }

    HttpHandler handler() {
        return handler;
    }

    Session session() {
        return session;
    }

    Stream client() {
        return client;
    }

    /** Calls {@code what} as a component expects to be called: with the context as the current one. */
    <T> Future<T> onContext(Supplier<Future<T>> what) {
        Promise<Void> now = client.promise();
        Future<T> result = now.future().compose(v -> what.get());
        now.complete();
        return result;
    }

    // --- time

    /** How long until the next {@code allow}; zero = for ever. */
    void allow(Duration time) {
        deadline = time.isZero() ? NEVER : System.nanoTime() + time.toNanos();
    }

    void expire(long now) {
        if (deadline == NEVER || now - deadline < 0) {
            return;
        }
        if (phase == Phase.EXCHANGE) {
            exchange.late();
        } else if (phase == Phase.PARTING || (requests > 0 && !held.isReadable())) {
            finish();
        } else {
            end(ProxyException.of(
                    ProxyException.Kind.TIMEOUT,
                    ProxyException.Side.CLIENT,
                    "request not there after " + handler.patience().toMillis() + " ms"));
        }
    }

    // --- what the client sends

    @Override
    public void read(ByteBuf bytes) {
        if (phase == Phase.PARTING || phase == Phase.OVER) {
            throwAway(bytes);
            return;
        }
        if (phase == Phase.HEAD && requests > 0 && !held.isReadable()) {
            allow(handler.patience());
        }
        brake.passed(bytes.readableBytes());
        held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(bytes.alloc(), held, bytes);
        advance();
    }

    private void throwAway(ByteBuf bytes) {
        thrownAway += bytes.readableBytes();
        bytes.release();
        if (phase == Phase.PARTING && thrownAway > PARTING_BYTES) {
            finish();
        }
    }

    @Override
    public void readComplete() {
        if (exchange != null) {
            exchange.flushToTarget();
        }
    }

    @Override
    public void writable() {
        if (exchange != null && !client.writeQueueFull()) {
            exchange.clientWritable();
        }
    }

    @Override
    public void inputEnded() {
        if (phase == Phase.OVER || inputEnded) {
            return;
        }
        inputEnded = true;
        if (phase == Phase.PARTING) {
            finish();
        } else if (phase == Phase.HEAD) {
            endBetweenRequests();
        } else {
            endWithinBody();
        }
    }

    private void endWithinBody() {
        if (phase == Phase.EXCHANGE && inputEnded && !body.done() && !held.isReadable()) {
            exchange.clientGone();
            end(closedEarly());
        }
    }

    private void endBetweenRequests() {
        if (requests > 0 && !held.isReadable()) {
            finish();
        } else {
            end(closedEarly());
        }
    }

    private ProxyException closedEarly() {
        return ProxyException.of(
                ProxyException.Kind.CLOSED,
                ProxyException.Side.CLIENT,
                "closed by the peer " + (held.isReadable() || requests > 0 ? "within" : "before") + " a request");
    }

    @Override
    public void closed(Throwable cause) {
        if (phase == Phase.OVER) {
            return;
        }
        if (phase == Phase.PARTING) {
            finish();
            return;
        }
        if (exchange != null) {
            exchange.clientGone();
        }
        if (requests > 0 && !held.isReadable()) {
            finish();
        } else {
            end(closedEarly());
        }
    }

    /** Goes on with what is held, as far as that is possible. */
    void advance() {
        boolean more = true;
        while (more && held.isReadable()) {
            more = switch (phase) {
                case HEAD -> nextRequest();
                case EXCHANGE -> exchange.takesBody() && passBody();
                case LOGIN, PARTING, OVER -> false;
            };
        }
        endWithinBody();
        if (phase != Phase.OVER) {
            regulate();
        }
    }

    /** Reads as long as there is room for what is read; an idle client's end is seen, too. */
    private void regulate() {
        boolean room = held.readableBytes() < HttpHead.LIMIT || phase == Phase.PARTING;
        client.demand(room && !brake.holds() && (exchange == null || exchange.targetTakesMore()));
    }

    private void rested() {
        if (phase != Phase.OVER) {
            brake.check();
            if (exchange != null) {
                exchange.rested();
            }
            regulateAgain();
        }
    }

    void regulateAgain() {
        if (phase != Phase.OVER) {
            regulate();
        }
    }

    private boolean passBody() {
        try {
            int n = body.follow(held);
            if (n == held.readableBytes()) {
                ByteBuf all = held;
                held = Unpooled.EMPTY_BUFFER;
                exchange.sendBody(all);
            } else {
                exchange.sendBody(held.readRetainedSlice(n));
            }
            return true;
        } catch (ProxyException wrong) {
            exchange.fail(wrong);
            return false;
        }
    }

    private boolean nextRequest() {
        HttpRequest request;
        try {
            int end = HttpHead.end(held, held.readerIndex() + searched);
            if (end < 0) {
                searched = Math.max(0, held.readableBytes() - 2);
                return false;
            }
            searched = 0;
            request = HttpRequest.decode(held, end);
            body = HttpBody.of(request);
            if (request.fields().count("Host") > 1) {
                throw ProxyException.protocol("more than one Host");
            }
            requests++;
        } catch (ProxyException wrong) {
            reception.malformed(wrong);
            return false;
        }
        reception.receive(request, handler.options().front().isPresent() ? Target.named(request) : Target.of(request));
        return true;
    }

    // --- what its requests lead to

    /** Nothing is read on while it is being found out who the client is. */
    void logIn() {
        phase = Phase.LOGIN;
    }

    boolean logsIn() {
        return phase == Phase.LOGIN;
    }

    /** Goes on after a pause. */
    void resume() {
        advance();
        readComplete();
    }

    void exchange(HttpRequest request, Target target, Address address) {
        phase = Phase.EXCHANGE;
        allow(Duration.ZERO);
        exchange = new Exchange(this, request, target, address, body);
        exchange.start();
    }

    /** Ends with an intent for the client's stream. */
    void handOver(Function<Stream, Intent> intent) {
        outcome.complete(intent.apply(detach()));
    }

    // --- what becomes of it

    /** The response is out. */
    void answered(boolean persists) {
        exchange = null;
        if (!persists || (inputEnded && !held.isReadable())) {
            part(Unpooled.EMPTY_BUFFER, null);
            return;
        }
        phase = Phase.HEAD;
        allow(IDLE_TIME);
        if (held.isReadable()) {
            allow(handler.patience());
            resume();
        } else {
            regulate();
        }
    }

    /** A connection to a target that logged in as a connection: it serves this client only. */
    void bind(Upstream upstream) {
        bound.ifPresent(Upstream::close);
        bound = Optional.of(upstream);
    }

    Optional<Upstream> bound(Address target) {
        Optional<Upstream> own = bound.filter(upstream -> upstream.target().equals(target));
        if (own.isPresent()) {
            bound = Optional.empty();
        }
        return own;
    }

    /** Says something for the last time, and sees to it that it arrives. */
    void part(ByteBuf answer, ProxyException why) {
        if (phase == Phase.OVER) {
            answer.release();
            return;
        }
        exchange = null;
        partingWhy = why;
        phase = Phase.PARTING;
        drop();
        client.writeLater(answer);
        client.flush();
        if (phase == Phase.OVER) {
            return;
        }
        if (inputEnded || !client.halfCloses()) {
            finish();
        } else {
            allow(PARTING_TIME);
            client.end();
            client.demand(true);
        }
    }

    /** Whether this is the connection's first request, whose refusal by a rule gost words differently. */
    boolean isFirst() {
        return requests == 1;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** Gives the stream away; what is held goes with it. */
    Stream detach() {
        phase = Phase.OVER;
        exchange = null;
        release();
        ByteBuf rest = held;
        held = Unpooled.EMPTY_BUFFER;
        client.detach(rest);
        return client;
    }

    void detached(Future<Void> end, ProxyException why) {
        end.onComplete(done -> {
            if (why == null) {
                outcome.complete(new Intent.Served(session));
            } else {
                outcome.fail(why);
            }
        });
    }

    private void finish() {
        end(partingWhy);
    }

    /** Ends without a word. */
    void end(ProxyException why) {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.OVER;
        exchange = null;
        release();
        drop();
        client.detach(Unpooled.EMPTY_BUFFER);
        if (why == null) {
            outcome.complete(new Intent.Served(session));
        } else {
            outcome.fail(why);
        }
    }

    private void release() {
        handler.ended(this);
        bound.ifPresent(Upstream::close);
        bound = Optional.empty();
    }

    private void drop() {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
