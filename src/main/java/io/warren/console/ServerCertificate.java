package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.warren.spi.Renewed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate of a server for people, as it is now: its files, or what has taken their place. One that cannot be used leaves the one before. */
final class ServerCertificate {
    private static final Logger LOG = LoggerFactory.getLogger("console");
    private static final long LOOK_MS = 1000;

    private final Vertx vertx;
    private final ConsoleOptions.CertificateFiles files;
    private final Renewed renewed;
    private volatile String seen = "";
    private volatile long timer = -1;

    ServerCertificate(Vertx vertx, ConsoleOptions.CertificateFiles files, Renewed renewed) {
        this.vertx = vertx;
        this.files = files;
        this.renewed = renewed;
    }

    /** Fails with the file that cannot be read. */
    Future<PemKeyCertOptions> current() {
        return vertx.executeBlocking(
                () -> {
                    seen = state();
                    return read();
                },
                false);
    }

    private PemKeyCertOptions read() throws IOException {
        Optional<Renewed.Pair> pair = renewed.of(files.certificate());
        return pair.isPresent()
                ? new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(pair.get().chain()))
                        .addKeyValue(Buffer.buffer(pair.get().key().reveal()))
                : new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(Files.readAllBytes(Path.of(files.certificate()))))
                        .addKeyValue(Buffer.buffer(Files.readAllBytes(Path.of(files.key()))));
    }

    private String state() throws IOException {
        return Files.getLastModifiedTime(Path.of(files.certificate())) + " "
                + Files.getLastModifiedTime(Path.of(files.key())) + " "
                + renewed.of(files.certificate())
                        .map(pair -> pair.since().toString())
                        .orElse("");
    }

    /** What goes on over connections that are there is not touched. */
    void keepUpToDate(HttpServer server) {
        timer = vertx.setPeriodic(
                LOOK_MS,
                t -> vertx.<Boolean>executeBlocking(() -> !state().equals(seen), false)
                        .compose(changed -> changed ? renew(server) : Future.succeededFuture())
                        .onFailure(e ->
                                LOG.atWarn().log("changed certificate not used: {}", String.valueOf(e.getMessage()))));
    }

    private Future<Void> renew(HttpServer server) {
        return current()
                .compose(pem -> server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(pem)))
                .onSuccess(done -> LOG.atInfo().log("certificate changed, used from now on"))
                .mapEmpty();
    }

    void close() {
        vertx.cancelTimer(timer);
    }
}
