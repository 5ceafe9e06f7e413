package io.warren.layer.smux;

import io.warren.spi.Settings;
import java.time.Duration;

/**
 * The {@code mux.*} keys. Version must be the same at both ends, the rest is local.
 *
 * @param version 1 or 2
 * @param keepAlive how often a NOP is sent; zero = never, and then silence is never an error
 * @param timeout silence of the peer that ends the session
 * @param maxFrameBytes payload of the frames that we send, up to 65,535
 * @param maxReceiveBytes what may wait for readers, over all streams, before nothing more is read; 0 = 4 MiB for version 1, 64 MiB for version 2
 * @param maxStreamBytes version 2: what may be on its way to one reader; 0 = as much as the reader's pace needs
 */
public record SmuxOptions(
        int version, Duration keepAlive, Duration timeout, int maxFrameBytes, int maxReceiveBytes, int maxStreamBytes) {
    private static final int MIB = 1024 * 1024;

    public SmuxOptions {
        if (maxReceiveBytes == 0) {
            maxReceiveBytes = version == 1 ? 4 * MIB : 64 * MIB;
        }
    }

    /** What gost uses when nothing is set. */
    public static SmuxOptions version(int version) {
        return new SmuxOptions(version, Duration.ofSeconds(10), Duration.ofSeconds(30), 32768, 0, 0);
    }

    /** @param section a component's section, whose metadata has the keys */
    public static SmuxOptions read(Settings section, int defaultVersion) {
        Settings metadata = section.metadata();
        String type = metadata.text("smux", "mux.type");
        if (!type.equals("smux") && !type.isEmpty()) {
            metadata.problem("mux.type", "mux type \"" + type + "\" is not supported (expected: smux)");
        }
        SmuxOptions standard = version(defaultVersion);
        int version = metadata.integer(defaultVersion, 0, 2, "mux.version");
        Duration interval =
                positive(metadata.duration(standard.keepAlive, "mux.keepaliveInterval"), standard.keepAlive);
        Duration timeout = positive(metadata.duration(standard.timeout, "mux.keepaliveTimeout"), standard.timeout);
        boolean disabled = metadata.flag(false, "mux.keepaliveDisabled");
        if (!disabled && timeout.compareTo(interval) < 0) {
            metadata.problem(
                    "mux.keepaliveTimeout",
                    "timeout " + timeout.toSeconds() + " s is shorter than mux.keepaliveInterval "
                            + interval.toSeconds() + " s");
        }
        int frame = metadata.integer(standard.maxFrameBytes, 0, Frame.MAX_PAYLOAD, "mux.maxFrameSize");
        int receive = metadata.integer(0, 0, Integer.MAX_VALUE, "mux.maxReceiveBuffer");
        int stream = metadata.integer(0, 0, Integer.MAX_VALUE, "mux.maxStreamBuffer");
        if (receive > 0 && stream > receive) {
            metadata.problem(
                    "mux.maxStreamBuffer", stream + " bytes are more than mux.maxReceiveBuffer, " + receive + " bytes");
        }
        return new SmuxOptions(
                version == 0 ? defaultVersion : version,
                disabled ? Duration.ZERO : interval,
                timeout,
                frame == 0 ? standard.maxFrameBytes : frame,
                receive,
                stream);
    }

    private static Duration positive(Duration value, Duration fallback) {
        return value.isZero() || value.isNegative() ? fallback : value;
    }

    /** With another limit for one stream. */
    public SmuxOptions maxStreamBytes(int bytes) {
        return new SmuxOptions(version, keepAlive, timeout, maxFrameBytes, maxReceiveBytes, bytes);
    }

    /** With another rhythm of keep-alives. */
    public SmuxOptions keepAlive(Duration interval, Duration silence) {
        return new SmuxOptions(version, interval, silence, maxFrameBytes, maxReceiveBytes, maxStreamBytes);
    }

    /** With another limit for all streams together. */
    public SmuxOptions maxReceiveBytes(int bytes) {
        return new SmuxOptions(version, keepAlive, timeout, maxFrameBytes, bytes, maxStreamBytes);
    }
}
