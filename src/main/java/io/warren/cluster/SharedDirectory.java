package io.warren.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.warren.net.ProxyException;
import io.warren.spi.Egress;
import io.warren.spi.Foreign;
import io.warren.spi.Holder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other members what is registered here and keeps what is registered there. Each member alone speaks for its own registrations; what it says
 * is numbered, and repeated as a digest every now and then, so that what the bus lost is fetched again. Two addresses of the bus: one for all members,
 * one for each to ask it. All state is of one event loop.
 */
final class SharedDirectory {
    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final String ALL = "warren.directory";

    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final long RETRY_MS = 250;

    /** How old the others' idea of a registration's live streams may be. */
    private static final long COUNT_MS = 200;

    /** Counts are told again after so many times. */
    private static final int REPEAT = 10;

    private final Vertx vertx;
    private final Context context;
    private final EventBus bus;
    private final UUID self;
    private final Registrations registrations;
    private final BiFunction<Member, Long, Egress> ways;
    private final Duration digestEvery;

    private final OwnListings own;
    private final Map<UUID, Peer> peers = new HashMap<>();
    private long nextId = Long.MIN_VALUE / 2;
    private final Map<Long, Integer> recounted = new HashMap<>();
    private int counting;
    private boolean started;
    private boolean stopped;

    /** @param ways to a registration of another member, by the id that it has there */
    SharedDirectory(
            Vertx vertx,
            Context context,
            UUID self,
            Registrations registrations,
            BiFunction<Member, Long, Egress> ways,
            Duration digestEvery) {
        this.vertx = vertx;
        this.context = context;
        this.bus = vertx.eventBus();
        this.self = self;
        this.registrations = registrations;
        this.ways = ways;
        this.digestEvery = digestEvery;
        this.own = new OwnListings(self);
    }

    /** Forgets the others' registrations. On the directory's event loop. */
    void stop() {
        started = false;
        stopped = true;
        Map.copyOf(peers).values().forEach(peer -> left(peer.member));
    }

    /** Where a member has to be heard on the bus. */
    static List<String> addresses(UUID member) {
        return List.of(ALL, asking(member));
    }

    private static String asking(UUID member) {
        return ALL + "." + member;
    }

    /** On the directory's event loop. */
    Future<Void> start() {
        MessageConsumer<Buffer> all = bus.consumer(ALL, message -> heard(message.body()));
        MessageConsumer<Buffer> asked = bus.consumer(asking(self), this::answer);
        return Future.join(all.completion(), asked.completion())
                .<Void>mapEmpty()
                .onSuccess(v -> {
                    started = true;
                    vertx.setPeriodic(digestEvery.toMillis(), t -> tell(own.digest()));
                    vertx.setPeriodic(COUNT_MS, t -> tellCounts());
                    tell(own.digest());
                });
    }

    // --- our own

    void announce(Listing listing) {
        context.runOnContext(v -> tell(own.add(listing)));
    }

    void withdraw(long id) {
        context.runOnContext(v -> own.remove(id).ifPresent(this::tell));
    }

    private void tell(Notice notice) {
        if (started) {
            bus.publish(ALL, Wire.encode(notice));
        }
    }

    /** Those that have changed, and once more after a while: the last change may have been lost. */
    private void tellCounts() {
        Map<Long, Integer> live = new HashMap<>();
        if (++counting % REPEAT == 0) {
            live.putAll(recounted);
            recounted.clear();
        }
        Map<Long, Integer> changed = registrations.counts();
        live.putAll(changed);
        recounted.putAll(changed);
        while (!live.isEmpty()) {
            Map<Long, Integer> some = new HashMap<>();
            live.entrySet().stream()
                    .limit(Wire.MAX_LISTINGS)
                    .forEach(entry -> some.put(entry.getKey(), entry.getValue()));
            live.keySet().removeAll(some.keySet());
            tell(own.counts(some));
        }
    }

    /**
     * Tells everybody that this member is about to leave, or stays after all. On the directory's event loop.
     *
     * @return once all know, or after a second
     */
    Future<Void> draining(boolean leaving) {
        own.draining(leaving);
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER.toMillis());
        List<Future<?>> known = new ArrayList<>();
        for (UUID member : peers.keySet()) {
            // Who does not answer hears the digest every now and then.
            known.add(bus.<Buffer>request(asking(member), Wire.tell(own.digest()), options));
        }
        return Future.join(known).transform(done -> Future.succeededFuture());
    }

    private void answer(Message<Buffer> question) {
        try {
            Optional<Notice> news = Wire.told(question.body());
            if (news.isPresent()) {
                heard(news.get());
                question.reply(Buffer.buffer());
                return;
            }
            question.reply(Wire.encode(own.page(Wire.request(question.body()))));
        } catch (ProxyException e) {
            LOG.atWarn().log(e.getMessage());
            question.fail(1, e.getMessage());
        }
    }

    // --- the others'

    private final class Peer implements PeerListings.Changes, Holder {
        private final Member member;
        private final PeerListings listings = new PeerListings(this);
        private final Map<Long, Foreign.Told> told = new HashMap<>();
        private boolean fetching;
        private volatile boolean draining;
        private volatile boolean silent;

        Peer(Member member) {
            this.member = member;
        }

        @Override
        public void appeared(Listing listing) {
            // Greater for a later one, as the ids of this process are, and less than any of these.
            long id = nextId++;
            Foreign foreign = new Foreign(
                    id, listing.endpoint(), listing.offer(), listing.since(), ways.apply(member, listing.id()), this);
            told.put(listing.id(), registrations.appeared(foreign));
        }

        @Override
        public void vanished(Listing listing) {
            told.remove(listing.id()).vanished(!present(this) || draining);
        }

        @Override
        public void live(Listing listing, int streams) {
            told.get(listing.id()).live(streams);
        }

        @Override
        public String name() {
            return member.name();
        }

        @Override
        public State state() {
            if (silent) {
                return State.SUSPECT;
            }
            return draining ? State.DRAINING : State.READY;
        }

        private void draining(boolean leaving) {
            if (leaving != draining) {
                draining = leaving;
                LOG.atInfo().addKeyValue("member", member).log(leaving ? "member is draining" : "member stays");
                if (!leaving) {
                    registrations.revived();
                }
            }
        }
    }

    /** On the directory's event loop. */
    void joined(Member member) {
        if (!stopped && !member.self() && !peers.containsKey(member.incarnation())) {
            Peer peer = new Peer(member);
            peers.put(member.incarnation(), peer);
            tell(own.digest());
            fetch(peer);
        }
    }

    /** Whether a member answers on the trunk: what it has registered is kept when it does not, but not chosen. Any thread. */
    void answers(Member member, boolean does) {
        context.runOnContext(v -> {
            Peer peer = peers.get(member.incarnation());
            if (peer != null) {
                peer.silent = !does;
                LOG.atWarn()
                        .addKeyValue("member", member)
                        .log(does ? "member answers again" : "member does not answer, visitors go to others");
                if (does) {
                    registrations.revived();
                }
            }
        });
    }

    /** On the directory's event loop. */
    void left(Member member) {
        Peer peer = peers.remove(member.incarnation());
        if (peer != null) {
            peer.listings.clear();
        }
    }

    private void heard(Buffer message) {
        try {
            Wire.notice(message).ifPresent(this::heard);
        } catch (ProxyException e) {
            LOG.atWarn().log(e.getMessage());
        }
    }

    private void heard(Notice notice) {
        Peer peer = peers.get(notice.owner());
        if (peer != null) {
            if (notice instanceof Notice.Digest digest) {
                peer.draining(digest.draining());
            }
            peer.listings.told(notice);
            fetch(peer);
        }
    }

    private void fetch(Peer peer) {
        if (stopped) {
            return;
        }
        if (!started) {
            // Asked before the bus knows us; the first digest asks again.
            vertx.setTimer(RETRY_MS, t -> fetch(peer));
        } else if (!peer.fetching && !peer.listings.complete() && present(peer)) {
            peer.fetching = true;
            peer.listings.fetching();
            ask(peer, Long.MIN_VALUE);
        }
    }

    private boolean present(Peer peer) {
        return peers.get(peer.member.incarnation()) == peer;
    }

    private void ask(Peer peer, long after) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER.toMillis());
        bus.<Buffer>request(asking(peer.member.incarnation()), Wire.request(after), options)
                .map(reply -> Wire.page(reply.body()))
                .onSuccess(page -> {
                    if (present(peer)) {
                        peer.listings
                                .fetched(page, after)
                                .ifPresentOrElse(last -> ask(peer, last), () -> settled(peer));
                    }
                })
                .onFailure(e -> {
                    LOG.atDebug().addKeyValue("member", peer.member).log("state not answered: {}", e.getMessage());
                    retry(peer);
                });
    }

    private void settled(Peer peer) {
        if (peer.listings.complete()) {
            peer.fetching = false;
            LOG.atDebug()
                    .addKeyValue("member", peer.member)
                    .addKeyValue("registrations", peer.listings.count())
                    .log("directory complete");
        } else {
            retry(peer);
        }
    }

    private void retry(Peer peer) {
        vertx.setTimer(RETRY_MS, t -> {
            peer.fetching = false;
            fetch(peer);
        });
    }
}
