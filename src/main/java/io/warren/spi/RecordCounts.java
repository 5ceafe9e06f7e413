package io.warren.spi;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many records each recorder of this process was given, and how many of them were dropped, since it began. Any thread. */
public final class RecordCounts {
    private static final int MAX_NAMES = 1_000;
    private static final String OTHERS = "others";
    private final Map<String, Of> all = new ConcurrentHashMap<>();

    /** Those of one recorder. */
    public static final class Of {
        private final LongAdder records = new LongAdder();
        private final LongAdder drops = new LongAdder();

        public void taken() {
            records.increment();
        }

        public void dropped(long more) {
            drops.add(more);
        }

        /** All that were given, dropped ones included. */
        public long records() {
            return records.sum();
        }

        public long drops() {
            return drops.sum();
        }
    }

    /** Those of the recorder of that name, or of all beyond those that are told apart. */
    public Of of(String recorder) {
        String name = all.containsKey(recorder) || all.size() < MAX_NAMES ? recorder : OTHERS;
        return all.computeIfAbsent(name, n -> new Of());
    }

    /** By the recorder's name. */
    public Map<String, Of> all() {
        return Map.copyOf(all);
    }
}
