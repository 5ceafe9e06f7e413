package io.warren.net;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;

/**
 * Moves a stream or flow to another event loop. What is returned behaves as the original does (half-close, back-pressure, abort) and is used on the
 * other loop only; the original is given away. Called on either loop.
 */
public final class Bridge {
    private Bridge() {}

    /** @return the stream itself when it lives on that event loop already */
    public static Stream to(Context context, Stream stream) {
        return sameLoop(context, stream) ? stream : StreamBridge.open(Loops.internal(context), stream);
    }

    /** @return the flow itself when it lives on that event loop already */
    public static DatagramFlow to(Context context, DatagramFlow flow) {
        return sameLoop(context, flow) ? flow : FlowBridge.open(Loops.internal(context), flow);
    }

    private static boolean sameLoop(Context context, Conduit conduit) {
        ContextInternal here = Loops.internal(context);
        return here.nettyEventLoop() == Loops.internal(conduit.context()).nettyEventLoop();
    }
}
