package io.warren.protocol.http;

import io.warren.layer.sniff.Sniffing;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Options of the handler.
 *
 * @param readTimeout for a target's response head; zero = no limit
 * @param idleTimeout silence that ends a tunnel or a body on its way; zero = none
 * @param header added to answers that the proxy itself gives, except 407 and decoys
 * @param keepalive whether connections to targets are used again
 * @param probeResist what a client without credentials is shown instead of 407
 * @param knock host names for which it is shown 407 all the same
 * @param front whether it serves web sites instead of being a proxy
 * @param udp whether datagrams are relayed
 * @param hashHost whether a hash selector goes by the target instead of the client
 * @param sniffing whether what passes behind CONNECT is looked at
 */
record HttpOptions(
        Duration readTimeout,
        Duration idleTimeout,
        Map<String, String> header,
        boolean keepalive,
        Optional<ProbeResistance> probeResist,
        List<String> knock,
        Optional<Front> front,
        boolean udp,
        boolean hashHost,
        String realm,
        String proxyAgent,
        Sniffing sniffing) {
    static final Duration READ_TIMEOUT = Duration.ofSeconds(15);

    static HttpOptions read(Settings section) {
        Settings metadata = section.metadata();
        Duration read = metadata.duration(READ_TIMEOUT, "readTimeout");
        if (metadata.flag(false, "http.compression", "compression")) {
            metadata.warning("http.compression", "has no effect, bodies pass as they are");
        }
        if (metadata.integer(0, 0, Integer.MAX_VALUE, "udp.bufferSize", "udpBufferSize") > 0) {
            metadata.warning("udp.bufferSize", "has no effect, datagrams of all lengths pass");
        }
        return new HttpOptions(
                read.isZero() ? READ_TIMEOUT : read.isNegative() ? Duration.ZERO : read,
                notNegative(metadata.duration(Duration.ZERO, "idleTimeout")),
                metadata.map("http.header", "header"),
                metadata.flag(false, "http.keepalive", "keepalive"),
                ProbeResistance.read(metadata),
                metadata.texts("knock").stream()
                        .flatMap(names -> Arrays.stream(names.split(",")))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList(),
                Optional.empty(),
                metadata.flag(false, "udp"),
                metadata.text("", "hash").equals("host"),
                metadata.text("gost", "authBasicRealm"),
                metadata.text("gost/3.0", "http.proxyAgent", "proxyAgent"),
                Sniffing.read(metadata));
    }

    static HttpOptions front(Settings section) {
        Settings metadata = section.metadata();
        Duration read = metadata.duration(READ_TIMEOUT, "entrypoint.readTimeout");
        if (metadata.flag(false, "entrypoint.compression")) {
            metadata.warning("entrypoint.compression", "has no effect, bodies pass as they are");
        }
        return new HttpOptions(
                read.isZero() ? READ_TIMEOUT : read.isNegative() ? Duration.ZERO : read,
                Duration.ZERO,
                Map.of(),
                metadata.flag(false, "entrypoint.keepalive"),
                Optional.empty(),
                List.of(),
                Optional.of(new Front()),
                false,
                false,
                "",
                "",
                Sniffing.OFF);
    }

    private static Duration notNegative(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }
}
