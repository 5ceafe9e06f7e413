package io.warren.route;

import io.warren.spi.Session;
import io.warren.spi.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/** How one of several candidates is chosen. */
public enum Strategy {
    ROUND {
        @Override
        <T extends Candidate> T choose(List<T> from, Session session, AtomicLong counter) {
            return from.get((int) Math.floorMod(counter.getAndIncrement(), (long) from.size()));
        }
    },
    RANDOM {
        @Override
        <T extends Candidate> T choose(List<T> from, Session session, AtomicLong counter) {
            long total = from.stream().mapToLong(Candidate::weight).sum();
            long point = ThreadLocalRandom.current().nextLong(total);
            for (T candidate : from) {
                point -= candidate.weight();
                if (point < 0) {
                    return candidate;
                }
            }
            return from.get(from.size() - 1);
        }
    },
    FIFO {
        @Override
        <T extends Candidate> T choose(List<T> from, Session session, AtomicLong counter) {
            return from.get(0);
        }
    },
    HASH {
        @Override
        <T extends Candidate> T choose(List<T> from, Session session, AtomicLong counter) {
            String user = session.trace().user();
            String key = user.isEmpty() ? session.hashSource() : user;
            if (key.isEmpty()) {
                return from.get(ThreadLocalRandom.current().nextInt(from.size()));
            }
            CRC32 crc = new CRC32();
            crc.update(key.getBytes(StandardCharsets.UTF_8));
            return from.get((int) (crc.getValue() % from.size()));
        }
    };

    private static final Set<String> KNOWN = Set.of("", "round", "rr", "random", "rand", "fifo", "ha", "hash");

    abstract <T extends Candidate> T choose(List<T> from, Session session, AtomicLong counter);

    /** The {@code strategy} of a {@code selector} section; warns when round robin stands in for one that this version does not have. */
    public static Strategy read(Settings selector) {
        String name = selector.text("round", "strategy");
        if (!KNOWN.contains(name)) {
            selector.warning("strategy", "strategy \"" + name + "\" is not in this version: round is used");
        }
        return named(name);
    }

    /** By gost's names; whatever it does not know is round robin. */
    public static Strategy named(String name) {
        return switch (name) {
            case "random", "rand" -> RANDOM;
            case "fifo", "ha" -> FIFO;
            case "hash" -> HASH;
            default -> ROUND;
        };
    }
}
