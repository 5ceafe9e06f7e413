package io.warren.cluster;

import com.hazelcast.cluster.InitialMembershipEvent;
import com.hazelcast.cluster.InitialMembershipListener;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Context;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is a member, as Hazelcast says and as soon as it says so: Vert.x tells it later. */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    private final HazelcastInstance hazelcast;
    private final Context context;
    private final UUID self;
    private final Consumer<Member> joined;
    private final Consumer<Member> left;
    private final Runnable merged;
    private volatile List<Member> members = List.of();
    private volatile boolean merging;
    private UUID membershipListener;
    private UUID lifecycleListener;

    /**
     * @param context the others are called there
     * @param merged this member has joined the other half of a network that was split; called after {@code joined} for those of that half
     */
    Roster(
            HazelcastInstance hazelcast,
            Context context,
            UUID self,
            Consumer<Member> joined,
            Consumer<Member> left,
            Runnable merged) {
        this.hazelcast = hazelcast;
        this.context = context;
        this.self = self;
        this.joined = joined;
        this.left = left;
        this.merged = merged;
    }

    /** Tells of those who are there already, and from then on of changes. */
    void start() {
        membershipListener = hazelcast.getCluster().addMembershipListener(new InitialMembershipListener() {
            @Override
            public void init(InitialMembershipEvent event) {
                changed();
            }

            @Override
            public void memberAdded(MembershipEvent event) {
                changed();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                changed();
            }
        });
        lifecycleListener = hazelcast.getLifecycleService().addLifecycleListener(event -> {
            LifecycleState state = event.getState();
            // Hazelcast of the smaller half starts anew: for a moment it knows of nobody, though all are there.
            if (state == LifecycleState.MERGING) {
                merging = true;
            } else if (state == LifecycleState.MERGED || state == LifecycleState.MERGE_FAILED) {
                merging = false;
                changed();
            }
            if (state == LifecycleState.MERGED) {
                context.runOnContext(v -> merged.run());
            }
        });
    }

    /** Nothing more is told. */
    void stop() {
        hazelcast.getCluster().removeMembershipListener(membershipListener);
        hazelcast.getLifecycleService().removeLifecycleListener(lifecycleListener);
    }

    private void changed() {
        context.runOnContext(v -> compare());
    }

    /** Whether Hazelcast is changing over to the other half at the moment. Any thread. */
    boolean isMerging() {
        return merging;
    }

    private void compare() {
        if (merging) {
            return;
        }
        Map<UUID, Member> now = new LinkedHashMap<>();
        if (hazelcast.getLifecycleService().isRunning()) {
            hazelcast.getCluster().getMembers().forEach(m -> read(m).ifPresent(r -> now.put(r.incarnation(), r)));
        }
        List<Member> before = members;
        members = List.copyOf(now.values());
        for (Member member : before) {
            if (!now.containsKey(member.incarnation())) {
                left.accept(member);
            }
        }
        List<Member> fresh = new ArrayList<>(members);
        fresh.removeIf(
                member -> before.stream().anyMatch(known -> known.incarnation().equals(member.incarnation())));
        fresh.forEach(joined);
    }

    private Optional<Member> read(com.hazelcast.cluster.Member member) {
        try {
            UUID incarnation = UUID.fromString(attribute(member, HazelcastSettings.INCARNATION));
            return Optional.of(new Member(
                    incarnation,
                    attribute(member, HazelcastSettings.NAME),
                    Address.parse(attribute(member, HazelcastSettings.TRUNK)),
                    incarnation.equals(self)));
        } catch (IllegalArgumentException | NullPointerException | ProxyException e) {
            LOG.atWarn().addKeyValue("address", member.getAddress()).log("a member of Hazelcast that is not Warren");
            return Optional.empty();
        }
    }

    private static String attribute(com.hazelcast.cluster.Member member, String name) {
        return Objects.requireNonNull(member.getAttribute(name), name);
    }

    /** The oldest first. Any thread. */
    List<Member> members() {
        return members;
    }

    /** Any thread. */
    boolean contains(UUID incarnation) {
        return incarnation.equals(self)
                || members.stream().anyMatch(member -> member.incarnation().equals(incarnation));
    }

    /** Of several that could do something, one has to. Any thread. */
    boolean isOldest() {
        List<Member> now = members;
        return !now.isEmpty() && now.get(0).self();
    }
}
