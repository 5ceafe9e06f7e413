package io.warren.route;

/** Something that can be selected. */
interface Candidate {
    NodeRules rules();

    default Marker marker() {
        return rules().marker();
    }

    /** For the random strategy; at least 1. */
    default int weight() {
        return rules().weight();
    }

    /** Used only when nothing else is left. */
    default boolean backup() {
        return rules().backup();
    }

    /** A single highest priority above 0 wins without the selector. */
    default int priority() {
        return rules().priority();
    }
}
