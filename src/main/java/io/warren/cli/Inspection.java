package io.warren.cli;

import io.vertx.core.Vertx;
import io.warren.boot.Warren;
import io.warren.catalog.Catalog;
import io.warren.config.ConfigException;
import io.warren.config.Configuration;
import io.warren.config.Loader;
import io.warren.config.Problems;
import io.warren.net.Loops;

/** What reads a configuration and starts nothing: {@code -O} and {@code check}. */
final class Inspection {
    private Inspection() {}

    static int print(CommandLine line) {
        Vertx vertx = Loops.create();
        try {
            System.out.print(Waiting.on(new Loader(vertx).load(line.sources())).print(line.format()));
            return 0;
        } finally {
            Waiting.on(vertx.close());
        }
    }

    static int check(CommandLine line) {
        Vertx vertx = Loops.create();
        try {
            Configuration configuration = Waiting.on(new Loader(vertx).load(line.sources()));
            Problems problems = configuration.problems();
            try {
                Warren.check(vertx, Catalog.ALL, configuration);
            } catch (ConfigException e) {
                System.err.println(problems);
                return ConfigException.EXIT_CODE;
            }
            if (!problems.all().isEmpty()) {
                System.err.println(problems);
            }
            return line.strict() && !problems.all().isEmpty() ? ConfigException.EXIT_CODE : 0;
        } finally {
            Waiting.on(vertx.close());
        }
    }
}
