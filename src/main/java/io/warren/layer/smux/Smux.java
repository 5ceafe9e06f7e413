package io.warren.layer.smux;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.net.Stream;
import java.util.function.Consumer;

/** Starts smux sessions. The roles differ in nothing but stream ids: who opens streams depends on the protocol above. */
public final class Smux {
    private Smux() {}

    /** A session whose own streams have odd ids; the peer's are refused. */
    public static SmuxSession client(Stream carrier, SmuxOptions options) {
        return client(carrier, options, Stream::close);
    }

    /**
     * A session whose own streams have odd ids.
     *
     * @param accepted called on the carrier's event loop for each stream that the peer opens
     */
    public static SmuxSession client(Stream carrier, SmuxOptions options, Consumer<Stream> accepted) {
        return SmuxSession.start(carrier, options, 1, accepted);
    }

    /**
     * A session whose own streams have even ids.
     *
     * @param accepted called on the carrier's event loop for each stream that the peer opens
     */
    @CanIgnoreReturnValue
    public static SmuxSession server(Stream carrier, SmuxOptions options, Consumer<Stream> accepted) {
        return SmuxSession.start(carrier, options, 0, accepted);
    }
}
