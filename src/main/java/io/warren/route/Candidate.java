package io.warren.route;

/** Something that can be selected. */
interface Candidate {
    Marker marker();

    /** For the random strategy; at least 1. */
    int weight();

    /** Used only when nothing else is left. */
    boolean backup();

    /** A single highest priority above 0 wins without the selector. */
    int priority();
}
