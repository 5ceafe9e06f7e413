package io.warren.cli;

import io.vertx.core.Vertx;
import io.warren.boot.Logs;
import io.warren.boot.Warren;
import io.warren.catalog.Catalog;
import io.warren.config.Configuration;
import io.warren.config.Loader;
import io.warren.net.Address;
import io.warren.net.Loops;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A short run that touches what a start and a first connection need, for the JVM to archive the classes of; ends by itself. */
final class Rehearsal {
    private Rehearsal() {}

    static int run() {
        Vertx vertx = Loops.create();
        try (ServerSocket target = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            List<String> arguments =
                    List.of("-L", "auto://127.0.0.1:0", "-L", "tcp://127.0.0.1:0/127.0.0.1:" + target.getLocalPort());
            Configuration configuration = Waiting.on(
                    new Loader(vertx).load(CommandLine.parse(arguments).sources()));
            Logs.configure(configuration.root());
            Warren warren = Waiting.on(Warren.start(vertx, Catalog.ALL, configuration, 1));
            visit(warren.address("service-1").orElseThrow(), "hello", target);
            String connect = "CONNECT 127.0.0.1:" + target.getLocalPort() + " HTTP/1.1\r\n\r\n";
            visit(warren.address("service-0").orElseThrow(), connect, target);
            return 0;
        } catch (IOException e) {
            throw new StartException(e);
        } finally {
            Waiting.on(vertx.close());
        }
    }

    private static void visit(Address service, String request, ServerSocket target) throws IOException {
        try (Socket client = new Socket(service.ip(), service.port())) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            try (Socket accepted = target.accept()) {
                accepted.getOutputStream().write("welcome".getBytes(StandardCharsets.US_ASCII));
                accepted.shutdownOutput();
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            }
        }
    }
}
