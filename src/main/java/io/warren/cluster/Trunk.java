package io.warren.cluster;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.tls.MutualTls;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.Loops;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Eventually;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * The dialling half of the trunk: brings a visitor's stream to a registration of another member. Each event loop has connections of its own, so that a
 * visitor's bytes stay on one.
 */
final class Trunk {
    static final Duration CONNECT = Duration.ofSeconds(2);

    /** For the owner of the registration to reach its agent. */
    static final Duration ANSWER = Duration.ofSeconds(15);

    /**
     * Streams to a member that is silent end after 4 to 5 s: less could be a pause for garbage collection, and cost all of them. That no new ones are
     * sent there is decided sooner, see {@link Pulse}.
     */
    static final SmuxOptions MUX = SmuxOptions.version(2).keepAlive(Duration.ofSeconds(1), Duration.ofSeconds(4));

    /** Ids begin with 1. */
    private static final long NOBODY = 0;

    private final Optional<MutualTls> tls;
    private final Map<Executor, Loop> loops = new ConcurrentHashMap<>();
    private final LongAdder streams = new LongAdder();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** What one event loop has. */
    private record Loop(Context context, Map<UUID, TrunkLine> lines) {}

    Trunk(Optional<MutualTls> tls) {
        this.tls = tls;
    }

    /** The way to one registration of another member; may be used from any event loop. */
    Egress way(Member member, long registration) {
        return new Egress() {
            @Override
            public Future<Stream> connect(Session session, Destination target) {
                return reach(member, header(session, target.address(), false));
            }

            @Override
            public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
                return reach(
                                member,
                                header(session, target.map(Destination::address).orElse(session.local()), true))
                        .map(stream -> DatagramStream.over(stream, TrunkFraming.FRAMES));
            }

            private TrunkHeader header(Session session, Address visited, boolean datagrams) {
                return new TrunkHeader(
                        datagrams, 1, member.incarnation(), registration, session.sid(), session.client(), visited);
            }
        };
    }

    /**
     * Asks a member whether it is there: for a registration that nobody can have, so that one of any version answers.
     *
     * @return fails when it does not answer in time
     */
    Future<Void> ask(Member member) {
        TrunkHeader nobody =
                new TrunkHeader(false, 1, member.incarnation(), NOBODY, "pulse", Address.NONE, Address.NONE);
        Future<Void> answer = line(member).open().compose(stream -> {
            stream.send(nobody.encode());
            return Intake.of(stream, Pulse.ANSWER)
                    .read(TrunkAnswer::decode)
                    .<Void>mapEmpty()
                    .onComplete(done -> stream.abort());
        });
        return Eventually.within(Vertx.currentContext(), Pulse.ANSWER, "member " + member, answer);
    }

    /** How many streams this member has to others at the moment. */
    long streams() {
        return streams.sum();
    }

    long attempts() {
        return attempts.sum();
    }

    long misses() {
        return misses.sum();
    }

    private Future<Stream> reach(Member member, TrunkHeader header) {
        attempts.increment();
        return line(member)
                .open()
                .onSuccess(stream -> {
                    streams.increment();
                    stream.closed().onComplete(v -> streams.decrement());
                })
                .compose(stream -> ask(stream, header.encode()).onFailure(e -> stream.abort()))
                .onFailure(e -> misses.increment());
    }

    private TrunkLine line(Member member) {
        Context context = Vertx.currentContext();
        Loop loop = loops.computeIfAbsent(Loops.loop(context), l -> new Loop(context, new HashMap<>()));
        return loop.lines().computeIfAbsent(member.incarnation(), id -> new TrunkLine(context, member, tls));
    }

    private static Future<Stream> ask(Stream stream, ByteBuf header) {
        stream.send(header);
        Intake intake = Intake.of(stream, ANSWER);
        return intake.read(TrunkAnswer::decode).compose(answer -> {
            intake.done();
            return answer.refusal().<Future<Stream>>map(Future::failedFuture).orElse(Future.succeededFuture(stream));
        });
    }

    /** Ends all connections to a member that has left. Any thread. */
    void left(Member member) {
        loops.values()
                .forEach(loop -> loop.context()
                        .runOnContext(v -> Optional.ofNullable(loop.lines().remove(member.incarnation()))
                                .ifPresent(TrunkLine::close)));
    }

    /** Ends all connections. Any thread. */
    void close() {
        loops.values()
                .forEach(loop -> loop.context().runOnContext(v -> {
                    loop.lines().values().forEach(TrunkLine::close);
                    loop.lines().clear();
                }));
    }
}
