package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may use the control plane. Passwords are compared in a time that does not depend on them; who gives wrong ones waits, longer each time. Any thread.
 */
public final class Accounts {
    /** Somebody, and how to recognise him. */
    public record Account(String user, Role role, PasswordHash password) {}

    /** Not let in. */
    public static final class Denied extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final long seconds;

        Denied(String message, long seconds) {
            super(message, null, false, false);
            this.seconds = seconds;
        }

        /** After how many seconds it may be tried again; 0: at once. */
        public long retryAfter() {
            return seconds;
        }
    }

    private static final int FREE_TRIES = 5;
    private static final int LONGEST_S = 60;
    private static final int MAX_HOSTS = 10_000;
    private static final long FORGIVEN = TimeUnit.MINUTES.toNanos(15);
    private static final int MAX_KNOWN = 1000;

    private record Tries(int wrong, long last, long until) {}

    private final Vertx vertx;
    private final List<Account> accounts;
    private final byte[] key = new byte[32];
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<String, Tries> tries = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tries> eldest) {
            return size() > MAX_HOSTS;
        }
    };

    public Accounts(Vertx vertx, List<Account> accounts) {
        this.vertx = vertx;
        this.accounts = List.copyOf(accounts);
        new SecureRandom().nextBytes(key);
    }

    /**
     * Finds out who it is.
     *
     * @param from the host from which he comes
     * @return fails with {@link Denied}
     */
    public Future<Actor> authenticate(String user, String password, String from) {
        long wait = waiting(from);
        if (wait > 0) {
            return Future.failedFuture(new Denied("too many wrong passwords from " + from, wait));
        }
        Optional<Account> account =
                accounts.stream().filter(a -> a.user().equals(user)).findFirst();
        String proof = proof(user, password);
        if (account.isPresent() && known.contains(proof)) {
            return Future.succeededFuture(new Actor(user, account.get().role()));
        }
        // Of somebody unknown too, so that the time does not tell.
        PasswordHash hash = account.or(() -> accounts.stream().findFirst())
                .map(Account::password)
                .orElse(PasswordHash.NONE);
        return vertx.executeBlocking(() -> hash.matches(password), false).compose(matches -> {
            if (!matches || account.isEmpty()) {
                wrong(from);
                return Future.failedFuture(new Denied("wrong user or password", 0));
            }
            right(from, proof);
            return Future.succeededFuture(new Actor(user, account.get().role()));
        });
    }

    /** Recognises a pair that was right before, without keeping it. */
    private String proof(String user, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return java.util.HexFormat.of()
                    .formatHex(mac.doFinal((user.length() + ":" + user + password).getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void right(String from, String proof) {
        synchronized (tries) {
            tries.remove(from);
        }
        if (known.size() < MAX_KNOWN) {
            known.add(proof);
        }
    }

    private void wrong(String from) {
        long now = System.nanoTime();
        synchronized (tries) {
            Tries before = tries.get(from);
            int wrong = before == null || now - before.last() > FORGIVEN ? 1 : before.wrong() + 1;
            long seconds = wrong <= FREE_TRIES ? 0 : Math.min(LONGEST_S, 1L << Math.min(10, wrong - FREE_TRIES - 1));
            tries.remove(from);
            tries.put(from, new Tries(wrong, now, now + TimeUnit.SECONDS.toNanos(seconds)));
        }
    }

    /** In seconds, rounded up. */
    private long waiting(String from) {
        synchronized (tries) {
            Tries before = tries.get(from);
            long nanos = before == null ? 0 : before.until() - System.nanoTime();
            return nanos <= 0 ? 0 : nanos / 1_000_000_000 + 1;
        }
    }
}
