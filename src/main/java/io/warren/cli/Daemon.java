package io.warren.cli;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.boot.Logs;
import io.warren.boot.Steering;
import io.warren.boot.Warren;
import io.warren.catalog.Catalog;
import io.warren.config.Configuration;
import io.warren.config.Loader;
import io.warren.config.Sources;
import io.warren.config.Watch;
import io.warren.net.Loops;
import io.warren.spi.ControlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs services until the process is told to end; a hangup signal, a period or a changed file reloads. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    /** How often files are looked at. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Loader loader;
    private final CommandLine line;
    private final Sources sources;
    private final Promise<Void> started = Promise.promise();
    private Warren warren;
    private Steering steering;
    // Held, or it would be collected and end.
    private Watch watch;
    /** Whether running streams may finish, as opposed to somebody who waits at the terminal. */
    private volatile boolean patient;

    private Daemon(Vertx vertx, CommandLine line) {
        this.vertx = vertx;
        this.loader = new Loader(vertx);
        this.line = line;
        this.sources = line.sources().withFallback(builtIn());
    }

    /** @return a negative number: the process is to go on */
    static int run(CommandLine line) {
        Daemon daemon = new Daemon(Loops.create(), line);
        // Before its first port is open: a hangup ends a process that does not listen to it.
        Signals.on("HUP", () -> daemon.started.future().onSuccess(v -> daemon.reload("hangup")));
        daemon.awaitStart();
        daemon.obeySignals();
        return -1;
    }

    /** Started, and not listening to signals. */
    static Daemon begin(CommandLine line) {
        Daemon daemon = new Daemon(Loops.create(), line);
        daemon.awaitStart();
        return daemon;
    }

    private void awaitStart() {
        try {
            Waiting.on(start());
        } catch (RuntimeException e) {
            Waiting.on(vertx.close());
            throw e;
        }
    }

    Warren warren() {
        return warren;
    }

    private static String builtIn() {
        try (InputStream text = Daemon.class.getResourceAsStream("/warren.yml")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Future<Void> start() {
        return loader.load(sources).compose(configuration -> {
            Logs.configure(configuration.root());
            Warren.start(vertx, Catalog.ALL, configuration, Warren.defaultLoops())
                    .onSuccess(running -> {
                        warren = running;
                        warn(configuration);
                    })
                    .compose(running -> Steering.of(vertx, loader, sources, running, configuration))
                    .onSuccess(control -> steering = control)
                    .<Void>mapEmpty()
                    .onComplete(started);
            // From what was read just now: a change while services start is one too.
            return watch(configuration).compose(v -> started.future());
        });
    }

    private Future<Void> watch(Configuration configuration) {
        return line.watch()
                ? loader.watch(configuration, LOOK, () -> started.future().onSuccess(v -> reload("changed file")))
                        .onSuccess(watching -> watch = watching)
                        .mapEmpty()
                : Future.succeededFuture();
    }

    private static void warn(Configuration configuration) {
        configuration.problems().all().forEach(problem -> LOG.atWarn().log(problem.toString()));
    }

    private void obeySignals() {
        Signals.endWithZero();
        Signals.on("TERM", () -> {
            patient = true;
            System.exit(0);
        });
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        if (!line.reload().isZero()) {
            vertx.setPeriodic(Math.max(1, line.reload().toMillis()), t -> reload("period"));
        }
    }

    private void stop() {
        if (watch != null) {
            Waiting.on(watch.close());
        }
        if (patient) {
            Waiting.on(warren.drain().transform(done -> Future.succeededFuture()));
        }
        Waiting.on(warren.stop());
    }

    private void reload(String why) {
        steering.reload()
                .onSuccess(v -> LOG.atInfo().addKeyValue("why", why).log("configuration reloaded"))
                .onFailure(e -> {
                    boolean invalid = e instanceof ControlException refused
                            && !refused.problems().isEmpty();
                    LOG.atError()
                            .addKeyValue("why", why)
                            .log("reload refused, nothing changed: {}", (invalid ? "\n" : "") + e.getMessage());
                });
    }
}
