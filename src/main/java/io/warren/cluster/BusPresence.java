package io.warren.cluster;

import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether others can find this member on the event bus. Vert.x keeps that in maps of Hazelcast, where each member removes those who left: when two halves
 * of a split network become one again, one may remove what another has just written. Then nobody hears of that, and messages are lost from then on. Any
 * thread.
 */
final class BusPresence {
    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    private final HazelcastClusterManager manager;
    private final OffLoop offLoop;
    private final List<String> addresses;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** @param addresses at which this member listens */
    BusPresence(HazelcastClusterManager manager, OffLoop offLoop, List<String> addresses) {
        this.manager = manager;
        this.offLoop = offLoop;
        this.addresses = addresses;
    }

    /** Writes again what is missing. */
    void check() {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        missing()
                .compose(missing -> {
                    if (missing.isEmpty()) {
                        return Future.succeededFuture();
                    }
                    LOG.atWarn().log("not to be found on the bus: {}", missing);
                    return written();
                })
                .onFailure(e -> LOG.atDebug().log("bus not checked: {}", e.getMessage()))
                .onComplete(done -> busy.set(false));
    }

    /** Writes all of it again, and asks who else listens. */
    void restore() {
        written().onFailure(e -> LOG.atWarn().log("bus not restored: {}", e.getMessage()));
    }

    private Future<List<String>> missing() {
        String self = manager.getNodeId();
        List<String> missing = new ArrayList<>();
        Promise<NodeInfo> node = Promise.promise();
        manager.getNodeInfo(self, node);
        Future<Void> looked = node.future().<Void>mapEmpty().otherwise(e -> {
            missing.add("node");
            return null;
        });
        for (String address : addresses) {
            looked = looked.compose(v -> registrations(address)).map(found -> {
                if (found.stream().noneMatch(one -> one.nodeId().equals(self))) {
                    missing.add(address);
                }
                return null;
            });
        }
        return looked.map(missing);
    }

    private Future<List<RegistrationInfo>> registrations(String address) {
        Promise<List<RegistrationInfo>> found = Promise.promise();
        manager.getRegistrations(address, found);
        return found.future();
    }

    /** What Vert.x does itself, and once, after a merge. */
    private Future<Void> written() {
        return offLoop.run(() -> {
            manager.stateChanged(new LifecycleEvent(LifecycleState.MERGED));
            return null;
        });
    }
}
