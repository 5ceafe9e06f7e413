package io.warren.console;

import io.warren.control.Actor;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who has logged in from a browser or with a token. Any thread. */
final class LoginSessions {
    private static final int MAX = 1000;
    private static final long LIFE = Duration.ofHours(12).toNanos();
    private static final long IDLE = Duration.ofMinutes(30).toNanos();

    /** One of them. */
    static final class Session {
        private final String token;
        private final String csrf;
        private final Actor actor;
        private final long since = System.nanoTime();
        private volatile long used = since;

        private Session(String token, String csrf, Actor actor) {
            this.token = token;
            this.csrf = csrf;
            this.actor = actor;
        }

        String token() {
            return token;
        }

        String csrf() {
            return csrf;
        }

        Actor actor() {
            return actor;
        }

        private boolean isOver(long now) {
            return now - since > LIFE || now - used > IDLE;
        }
    }

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byToken = new LinkedHashMap<>();

    Session open(Actor actor) {
        Session session = new Session(secret(), secret(), actor);
        synchronized (byToken) {
            long now = System.nanoTime();
            byToken.values().removeIf(s -> s.isOver(now));
            if (byToken.size() >= MAX) {
                byToken.remove(byToken.keySet().iterator().next());
            }
            byToken.put(session.token(), session);
        }
        return session;
    }

    /** Also keeps it from ending of idleness. */
    Optional<Session> find(String token) {
        long now = System.nanoTime();
        synchronized (byToken) {
            Session session = byToken.get(token);
            if (session == null || session.isOver(now)) {
                return Optional.empty();
            }
            session.used = now;
            return Optional.of(session);
        }
    }

    void close(String token) {
        synchronized (byToken) {
            byToken.remove(token);
        }
    }

    private String secret() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
