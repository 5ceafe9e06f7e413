package io.warren.chaos;

/** Endless bytes that follow from a seed, so that whoever knows it notices the first byte that is lost, doubled or changed. */
final class Pattern {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final long seed;

    Pattern(long seed) {
        this.seed = seed;
    }

    /** Writes {@code length} bytes that begin at {@code position} of the sequence. */
    void fill(byte[] to, int offset, long position, int length) {
        for (int i = 0; i < length; i++) {
            to[offset + i] = at(position + i);
        }
    }

    boolean matches(byte[] bytes, int offset, long position, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[offset + i] != at(position + i)) {
                return false;
            }
        }
        return true;
    }

    private byte at(long position) {
        long word = (seed + (position >>> 3)) * STEP;
        word ^= word >>> 29;
        return (byte) (word >>> ((position & 7) << 3));
    }
}
