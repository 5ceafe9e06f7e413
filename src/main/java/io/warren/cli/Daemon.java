package io.warren.cli;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.boot.Logs;
import io.warren.boot.Warren;
import io.warren.catalog.Catalog;
import io.warren.config.ConfigException;
import io.warren.config.Configuration;
import io.warren.config.Loader;
import io.warren.config.Sources;
import io.warren.net.Loops;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs services until the process is told to end; a hangup signal or a period reloads. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    private final Vertx vertx;
    private final Loader loader;
    private final Sources sources;
    private Warren warren;

    private Daemon(Vertx vertx, Sources sources) {
        this.vertx = vertx;
        this.loader = new Loader(vertx);
        this.sources = sources;
    }

    /** @return a negative number: the process is to go on */
    static int run(CommandLine line) {
        Daemon daemon = new Daemon(Loops.create(), line.sources().withFallback(builtIn()));
        try {
            Waiting.on(daemon.start());
        } catch (RuntimeException e) {
            Waiting.on(daemon.vertx.close());
            throw e;
        }
        daemon.obeySignals(line);
        return -1;
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
            return Warren.start(vertx, Catalog.ALL, configuration, Warren.defaultLoops())
                    .onSuccess(running -> {
                        warren = running;
                        warn(configuration);
                    })
                    .mapEmpty();
        });
    }

    private static void warn(Configuration configuration) {
        configuration.problems().all().forEach(problem -> LOG.atWarn().log(problem.toString()));
    }

    private void obeySignals(CommandLine line) {
        Signals.onHangup(() -> reload("hangup"));
        Signals.endWithZero();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Waiting.on(warren.stop()), "stop"));
        if (!line.reload().isZero()) {
            vertx.setPeriodic(Math.max(1, line.reload().toMillis()), t -> reload("period"));
        }
    }

    private void reload(String why) {
        loader.load(sources)
                .compose(configuration -> {
                    Logs.configure(configuration.root());
                    return warren.apply(configuration).onSuccess(v -> warn(configuration));
                })
                .onSuccess(v -> LOG.atInfo().addKeyValue("why", why).log("configuration reloaded"))
                .onFailure(e -> {
                    String reason = e instanceof ConfigException ? "\n" + e.getMessage() : e.getMessage();
                    LOG.atError().addKeyValue("why", why).log("reload refused, nothing changed: {}", reason);
                });
    }
}
