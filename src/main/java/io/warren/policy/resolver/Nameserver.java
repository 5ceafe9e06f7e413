package io.warren.policy.resolver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Eventually;
import io.warren.spi.Session;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One of a resolver's servers. Each exchange has a socket of its own, and so a port that nobody can guess.
 *
 * @param tcp whether it is asked over TCP only; over UDP it is asked again by TCP when its answer does not fit
 * @param way how it is reached; asked on the event loop of each exchange
 * @param families in the order of asking
 * @param ttl how long answers are kept: as they say when zero, not at all when negative
 * @param async whether an answer that is too old is given once more while it is asked for again
 * @param subnet the client network that it is told
 */
record Nameserver(
        Address address,
        boolean tcp,
        Supplier<Egress> way,
        List<Family> families,
        Duration timeout,
        Duration ttl,
        boolean async,
        Optional<InetAddress> subnet) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LONGEST_ANSWER = 65_535 + 2;

    /** On the event loop of {@code context}; fails with TIMEOUT, or as the way to the server does. */
    Future<Answer> exchange(Context context, Session session, Question question) {
        Future<Answer> answer = tcp
                ? overTcp(context, session, question)
                : overUdp(context, session, question)
                        .compose(first -> first.truncated()
                                ? overTcp(context, session, question)
                                : Future.succeededFuture(first));
        return answer.recover(e -> {
            ProxyException why = ProxyException.from(e);
            return Future.failedFuture(
                    ProxyException.upstream(why.kind(), "nameserver " + this + ": " + why.getMessage()));
        });
    }

    private Future<Answer> overUdp(Context context, Session session, Question question) {
        Destination server = Destination.udp(address);
        Future<DatagramFlow> flow = within(context, way.get().associate(session, Optional.of(server)));
        return flow.compose(open -> {
            Future<Answer> answer = within(context, ask(open, question));
            return answer.onComplete(done -> open.close());
        });
    }

    private Future<Answer> ask(DatagramFlow flow, Question question) {
        Promise<Answer> promise = Promise.promise();
        int id = RANDOM.nextInt(1 << 16);
        flow.receiver((payload, peer) -> {
            try {
                Answer.decode(payload, id, question).ifPresent(promise::tryComplete);
            } catch (ProxyException e) {
                promise.tryFail(e);
            } finally {
                payload.release();
            }
        });
        flow.closed()
                .onComplete(done -> promise.tryFail(
                        ProxyException.upstream(ProxyException.Kind.CLOSED, "closed without an answer")));
        flow.send(question.encode(id, subnet), address);
        flow.flush();
        return promise.future();
    }

    private Future<Answer> overTcp(Context context, Session session, Question question) {
        Future<Stream> stream = within(context, way.get().connect(session, Destination.tcp(address)));
        return stream.compose(open -> {
            Future<Answer> answer = ask(open, question);
            return answer.onComplete(done -> open.close());
        });
    }

    private Future<Answer> ask(Stream stream, Question question) {
        int id = RANDOM.nextInt(1 << 16);
        ByteBuf query = question.encode(id, subnet);
        ByteBuf framed = Unpooled.wrappedBuffer(Unpooled.buffer(2).writeShort(query.readableBytes()), query);
        Intake intake = Intake.of(stream, timeout, LONGEST_ANSWER);
        return stream.send(framed)
                .compose(sent -> intake.read(in -> message(in, id, question)))
                .onComplete(done -> intake.done());
    }

    private static Optional<Answer> message(ByteBuf in, int id, Question question) {
        if (in.readableBytes() < 2 || in.readableBytes() < 2 + in.getUnsignedShort(in.readerIndex())) {
            return Optional.empty();
        }
        // Sliced, since pointers inside count from the message's own beginning.
        ByteBuf message = in.readSlice(in.readUnsignedShort());
        return Optional.of(Answer.decode(message, id, question)
                .orElseThrow(() -> ProxyException.protocol("dns answer to another question")));
    }

    private <T> Future<T> within(Context context, Future<T> result) {
        return Eventually.within(context, timeout, "exchange", result);
    }

    @Override
    public String toString() {
        return (tcp ? "tcp://" : "udp://") + address;
    }
}
