package io.warren.net;

import io.netty.buffer.ByteBuf;

/** What carries the bytes of a {@link CarriedChannel}: one stream of a mux session. Called on the channel's event loop. */
public interface Carrier {
    /**
     * How many bytes it takes at this moment. When that is less than the channel has, the carrier calls {@link CarriedChannel#resume} once it takes
     * more.
     */
    int room();

    /** Takes bytes, at most {@link #room} of them; they are the carrier's to release. */
    void write(ByteBuf bytes);

    /** What was written so far may go out. */
    void flush();

    /** The channel's reader has taken {@code bytes} more of what was delivered. */
    void consumed(int bytes);

    /** Nothing more will be written; bytes still come in. */
    void endOutput();

    /**
     * The channel is closed: nothing more is written, what comes in is dropped.
     *
     * @param aborted whether the end is not a regular one
     */
    void closed(boolean aborted);
}
