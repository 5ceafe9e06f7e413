package io.warren.protocol.socks;

import io.warren.net.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A process of the real gost, on loopback. */
final class RealGost implements AutoCloseable {
    private final Process process;

    private RealGost(Process process) {
        this.process = process;
    }

    static void assumePresent() {
        Assumptions.assumeTrue(System.getenv("GOST") != null, "GOST is not set");
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits until {@code port} is open. */
    static RealGost start(int port, String... arguments) {
        try {
            Path home = Files.createTempDirectory("gost");
            List<String> command = new ArrayList<>(List.of(System.getenv("GOST")));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile());
            builder.environment().put("HOME", home.toString());
            RealGost gost = new RealGost(builder.start());
            if (port > 0) {
                Soon.holds(() -> listens(Address.of("127.0.0.1", port)));
            }
            return gost;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean listens(Address address) {
        try (Wire client = Wire.to(address)) {
            return client.socket.isConnected();
        } catch (UncheckedIOException refused) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
