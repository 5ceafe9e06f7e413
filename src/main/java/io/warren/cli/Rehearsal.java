package io.warren.cli;

import io.warren.boot.Warren;
import io.warren.net.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A short run that touches what a start and a first connection need, for the JVM to archive the classes of; ends by itself. */
final class Rehearsal implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final InetAddress LOOPBACK = Address.of("127.0.0.1", 0).ip();

    private final ServerSocket target;
    private final Path file;

    private Rehearsal() throws IOException {
        target = new ServerSocket(0, 1, LOOPBACK);
        target.setSoTimeout(PATIENCE_MILLIS);
        file = Files.createTempFile("warren", ".yml");
    }

    static int run() {
        try (Rehearsal rehearsal = new Rehearsal()) {
            rehearsal.play();
            return 0;
        } catch (IOException e) {
            throw new StartException(e);
        }
    }

    // From a command line, which reads what a file has, too.
    private void play() throws IOException {
        List<String> servers = List.of("-L", "127.0.0.1:0", "-L", "relay://127.0.0.1:0");
        Warren warren = Daemon.begin(CommandLine.parse(servers)).warren();
        int relay = port(warren, "service-1");
        visit(port(warren, "service-0"), "CONNECT 127.0.0.1:" + target.getLocalPort() + " HTTP/1.1\r\n\r\n");
        Files.writeString(file, """
                services:
                - name: forward
                  addr: 127.0.0.1:0
                  listener: {type: tcp}
                  handler: {type: tcp, chain: relay}
                  forwarder: {nodes: [{name: target, addr: "127.0.0.1:%d"}]}
                chains:
                - name: relay
                  hops:
                  - name: relay
                    nodes:
                    - {name: relay, addr: "127.0.0.1:%d", connector: {type: relay}, dialer: {type: tcp}}
                """.formatted(target.getLocalPort(), relay));
        Daemon forwarding = Daemon.begin(CommandLine.parse(List.of("-C", file.toString())));
        visit(port(forwarding.warren(), "forward"), "hello");
        Signals.endWithZero();
        Waiting.on(forwarding.warren().stop());
        Waiting.on(warren.stop());
    }

    private static int port(Warren warren, String service) {
        return warren.address(service).orElseThrow().port();
    }

    private void visit(int port, String request) throws IOException {
        try (Socket client = new Socket(LOOPBACK, port)) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            try (Socket accepted = target.accept()) {
                accepted.getOutputStream().write("welcome".getBytes(StandardCharsets.US_ASCII));
                accepted.shutdownOutput();
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            }
        }
    }

    @Override
    public void close() throws IOException {
        target.close();
        Files.delete(file);
    }
}
