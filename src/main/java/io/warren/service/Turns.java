package io.warren.service;

/**
 * Whose turn it is among equally busy ones: start-time fair queueing (Goyal, Vin, Cheng, 1996), in which each visitor costs one divided by the weight. Who
 * comes later does not make up for what the others had before. Called with the pool's lock held.
 */
final class Turns {
    private double clock;

    void enters(Entry entry) {
        entry.turn(clock);
    }

    void has(Entry entry) {
        clock = Math.max(clock, entry.turn());
        entry.turn(clock + 1.0 / entry.offer().weight());
    }
}
