package io.warren.service;

import io.vertx.core.Future;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory in which users publish what they may claim, and nothing else. A refusal is an event, though not each time that an agent tries again. */
public final class AllowedEndpoints implements Directory {
    private static final Logger LOG = LoggerFactory.getLogger("endpoint");
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int MOST = 1000;

    private final Directory directory;
    private final Authenticator users;
    private final Map<String, Long> said = new LinkedHashMap<>();

    public AllowedEndpoints(Directory directory, Authenticator users) {
        this.directory = directory;
        this.users = users;
    }

    @Override
    public Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back) {
        Optional<ProxyException> refusal = offer.user().flatMap(user -> users.refusal(user, endpoint));
        if (refusal.isEmpty()) {
            return directory.publish(session, endpoint, offer, back);
        }
        if (isNews(offer.user().get() + " " + endpoint)) {
            LOG.atWarn()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("user", offer.user().get())
                    .addKeyValue("client", session.client())
                    .addKeyValue("service", session.service())
                    .log("refused: {}", refusal.get().getMessage());
        }
        return Future.failedFuture(refusal.get());
    }

    private boolean isNews(String what) {
        long now = System.nanoTime();
        synchronized (said) {
            Long last = said.get(what);
            if (last != null && now - last < QUIET_NANOS) {
                return false;
            }
            said.remove(what);
            said.put(what, now);
            if (said.size() > MOST) {
                said.remove(said.keySet().iterator().next());
            }
            return true;
        }
    }

    @Override
    public Optional<String> owner(Endpoint endpoint) {
        return directory.owner(endpoint);
    }

    @Override
    public Egress to(Endpoint endpoint) {
        return directory.to(endpoint);
    }
}
