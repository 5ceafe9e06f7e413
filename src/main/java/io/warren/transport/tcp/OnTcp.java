package io.warren.transport.tcp;

import io.warren.layer.Stack;
import io.warren.layer.smux.SmuxLayer;
import io.warren.layer.smux.SmuxOptions;
import io.warren.spi.Layer;
import io.warren.spi.Protocol;
import io.warren.spi.Transport;

/** The transports that are TCP with layers on it. */
public final class OnTcp {
    public static final Transport MTCP = Stack.of("mtcp", Tcp.TRANSPORT, mux(2));

    private OnTcp() {}

    private static Protocol.Factory<Layer> mux(int version) {
        return Stack.layer(section -> SmuxOptions.read(section, version), (scope, options) -> new SmuxLayer(options));
    }
}
