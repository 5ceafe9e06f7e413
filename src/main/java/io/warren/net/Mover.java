package io.warren.net;

/** Moves the bytes of a {@link Link}, which it tells what happened; on the event loop. */
sealed interface Mover permits BufferMover, SpliceMover {
    /** Starts both directions; what was read ahead goes first. */
    void start();

    /** Whether one direction has ended. */
    boolean halfClosed();

    /** Lets go of both ends: nothing is read or written from now on. */
    void stop();

    /** Whether bytes that were read were not written yet; after {@link #stop} they are lost. */
    boolean holdsBytes();
}
