package io.warren.net;

import io.vertx.core.Context;

/** Hands a stream or flow to another event loop. */
public final class Bridge {
    private Bridge() {}

    /** @return the stream itself when it lives on that event loop already */
    public static Stream to(Context context, Stream stream) {
        return sameLoop(context, stream);
    }

    public static DatagramFlow to(Context context, DatagramFlow flow) {
        return sameLoop(context, flow);
    }

    private static <T extends Conduit> T sameLoop(Context context, T conduit) {
        if (Loops.internal(context).nettyEventLoop()
                != Loops.internal(conduit.context()).nettyEventLoop()) {
            throw new IllegalArgumentException("a conduit of another event loop");
        }
        return conduit;
    }
}
