package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bound UDP socket, or another flow of many peers, shown as one flow per client, as gost does it: the first datagram of an address makes a session, which ends when it is closed or
 * idle, or else after the first answer. Then it waits for a moment of quiet, which gost does not: what is under way in a busy session would be lost, and a new session for every
 * datagram costs ten times as much.
 */
public final class UdpSessions {
    /** Spoofed senders must not fill the memory. */
    private static final int MOST = 65_536;

    /** An answered session ends after one to two times this without traffic. */
    private static final long LINGER_MS = 50;

    /**
     * How sessions live.
     *
     * @param ttl a session without traffic ends after one to two times this
     * @param keepAlive whether a session goes on after the first answer, and a moment without traffic
     * @param stateless every datagram is a session of its own
     * @param backlog sessions that nobody has begun to read; further clients are ignored meanwhile
     * @param queue datagrams kept for each session until somebody reads
     * @param maxPayload longer datagrams are cut, as gost does
     */
    public record Options(Duration ttl, boolean keepAlive, boolean stateless, int backlog, int queue, int maxPayload) {
        /** gost's. */
        public static final Options DEFAULT = new Options(Duration.ofSeconds(5), false, false, 128, 128, 4096);

        public Options keepAlive(boolean on) {
            return new Options(ttl, on, stateless, backlog, queue, maxPayload);
        }

        public Options ttl(Duration time) {
            return new Options(time, keepAlive, stateless, backlog, queue, maxPayload);
        }
    }

    private final ContextInternal context;
    private final DatagramFlow socket;
    private final Options options;
    private final Consumer<DatagramFlow> accepted;
    private final Map<Address, UdpSession> byClient = new HashMap<>();
    private final Set<UdpSession> all = new HashSet<>();
    private final Set<UdpSession> lingering = new LinkedHashSet<>();
    private final List<UdpSession> inBatch = new ArrayList<>();
    private UdpSession last;
    private ScheduledFuture<?> sweep;
    private boolean lingerPlanned;
    private long dropped;

    private UdpSessions(
            ContextInternal context, DatagramFlow socket, Options options, Consumer<DatagramFlow> accepted) {
        this.context = context;
        this.socket = socket;
        this.options = options;
        this.accepted = accepted;
        socket.receiver(new Demultiplexer());
        socket.closed().onComplete(v -> closeSessions());
    }

    /**
     * Binds, on the caller's context.
     *
     * @param address as for {@link TcpServer#listen}
     * @param accepted gets each new session; its first datagrams wait for its receiver
     */
    public static Future<UdpSessions> listen(
            Context context, Address address, Options options, Consumer<DatagramFlow> accepted) {
        UdpOptions udp = UdpOptions.DEFAULT.maxPayload(options.maxPayload()).queue(options.queue());
        return UdpSocket.bind(context, address, udp)
                .map(socket -> new UdpSessions(Loops.internal(context), socket, options, accepted));
    }

    /** Shows a flow of many peers that somebody else opened, which is given away; on its event loop. */
    @CanIgnoreReturnValue
    public static UdpSessions over(DatagramFlow everybody, Options options, Consumer<DatagramFlow> accepted) {
        return new UdpSessions(Loops.internal(everybody.context()), everybody, options, accepted);
    }

    private final class Demultiplexer implements DatagramFlow.Receiver {
        @Override
        public void packet(ByteBuf payload, Address client) {
            UdpSession session = find(client);
            if (session == null) {
                dropped++;
                Drops.count();
                payload.release();
                return;
            }
            if (session.deliver(payload)) {
                inBatch.add(session);
            }
        }

        @Override
        public void batchEnd() {
            for (UdpSession session : inBatch) {
                session.batchEnd();
            }
            inBatch.clear();
            socket.flush();
        }

        @Override
        public void ended() {
            socket.close();
        }
    }

    /** Null when there is no room for another one, or the new one was turned away. */
    private UdpSession find(Address client) {
        if (options.stateless()) {
            return create(client);
        }
        // Most batches come from one client.
        if (last != null && last.remote().equals(client)) {
            return last;
        }
        UdpSession known = byClient.get(client);
        if (known == null) {
            known = create(client);
            if (known == null || !known.isOpen()) {
                return null;
            }
            byClient.put(client, known);
        }
        last = known;
        return known;
    }

    private UdpSession create(Address client) {
        long unread = all.size() < options.backlog()
                ? 0
                : all.stream().filter(session -> !session.hasReceiver()).count();
        if (all.size() >= MOST || unread >= options.backlog()) {
            return null;
        }
        UdpSession session = new UdpSession(this, context, socket, client, options);
        all.add(session);
        if (sweep == null) {
            long nanos = options.ttl().toNanos();
            sweep = context.nettyEventLoop().scheduleAtFixedRate(this::sweep, nanos, nanos, TimeUnit.NANOSECONDS);
        }
        accepted.accept(session);
        return session;
    }

    private void sweep() {
        List.copyOf(all).forEach(UdpSession::sweep);
        if (all.isEmpty() && sweep != null) {
            sweep.cancel(false);
            sweep = null;
        }
    }

    void answered(UdpSession session) {
        lingering.add(session);
        if (!lingerPlanned) {
            lingerPlanned = true;
            planLinger();
        }
    }

    private void planLinger() {
        context.nettyEventLoop()
                .schedule(
                        () -> {
                            List.copyOf(lingering).forEach(UdpSession::linger);
                            lingerPlanned = !lingering.isEmpty();
                            if (lingerPlanned) {
                                planLinger();
                            }
                        },
                        LINGER_MS,
                        TimeUnit.MILLISECONDS);
    }

    void ended(UdpSession session) {
        all.remove(session);
        lingering.remove(session);
        byClient.remove(session.remote(), session);
        if (last == session) {
            last = null;
        }
    }

    private void closeSessions() {
        List.copyOf(all).forEach(UdpSession::close);
        if (sweep != null) {
            sweep.cancel(false);
            sweep = null;
        }
    }

    /** Where it listens, with the real port. */
    public Address address() {
        return socket.local();
    }

    /** Datagrams that were given up because a queue or the table was full. */
    public long dropped() {
        return dropped + (socket instanceof UdpSocket udp ? udp.dropped() : 0);
    }

    void countDropped(long datagrams) {
        dropped += datagrams;
    }

    /** Closes the socket and every session. */
    @CanIgnoreReturnValue
    public Future<Void> close() {
        return socket.close();
    }
}
