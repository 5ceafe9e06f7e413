package io.warren.protocol.forward;

import io.warren.layer.sniff.Sniffing;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.List;

/**
 * @param idle silence in both directions that ends a connection or a datagram session; zero = none
 * @param proxyProtocol 1 or 2: targets are first sent a PROXY header of that version; 0: none
 * @param sniffing whether what passes is looked at
 */
record ForwardOptions(Duration idle, int proxyProtocol, Sniffing sniffing) {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(15);

    /** Of buffers that ours does not need, and of what is not built. */
    private static final List<String> WITHOUT_EFFECT =
            List.of("http.keepalive", "mitm.alpn", "mitm.bypass", "bufferSize", "readBufferSize", "udp.bufferSize");

    static ForwardOptions read(Settings handler) {
        Settings metadata = handler.metadata();
        Duration answer = metadata.duration(ANSWER_TIME, "readTimeout");
        Duration idle = metadata.duration(Duration.ZERO, "idleTimeout");
        for (String key : WITHOUT_EFFECT) {
            if (metadata.has(key)) {
                metadata.warning(key, "has no effect here");
            }
        }
        // A request and its answer: the listener's session ends with the answer, ours when none comes.
        if (metadata.flag(false, "stateless") && idle.isZero()) {
            idle = answer.isZero() || answer.isNegative() ? ANSWER_TIME : answer;
        }
        return new ForwardOptions(
                idle.isNegative() ? Duration.ZERO : idle,
                metadata.integer(0, 0, Integer.MAX_VALUE, "proxyProtocol"),
                Sniffing.read(metadata));
    }
}
