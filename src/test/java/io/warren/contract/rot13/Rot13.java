package io.warren.contract.rot13;

import io.warren.layer.Stack;
import io.warren.spi.Transport;
import io.warren.transport.tcp.Tcp;

/** The catalogue's line. */
public final class Rot13 {
    public static final Transport TRANSPORT = Stack.of(
            "rot13", Tcp.TRANSPORT, Stack.layer(section -> Rot13Layer.TURN, (scope, turn) -> new Rot13Layer(turn)));

    private Rot13() {}
}
