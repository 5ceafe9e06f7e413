package io.warren.config;

import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Loads as a caller without an event loop does. */
final class Loading {
    private Loading() {}

    static Configuration of(Vertx vertx, Sources sources) {
        try {
            return new Loader(vertx)
                    .load(sources)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConfigException c) {
                throw c;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new CompletionException(e);
        }
    }

    /** Sources that see nothing of this machine. */
    static Sources sources(List<String> configs, List<String> services, List<String> nodes) {
        return new Sources(
                configs,
                services,
                nodes,
                Sources.Overrides.NONE,
                Map.of(),
                false,
                Optional.empty(),
                nowhere(Map.of(), ""));
    }

    static Surroundings nowhere(Map<String, String> variables, String stdin) {
        return new Surroundings(variables, List.of(), new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
    }

    static Configuration inline(Vertx vertx, String yaml) {
        return of(
                vertx,
                new Sources(
                        List.of("-"),
                        List.of(),
                        List.of(),
                        Sources.Overrides.NONE,
                        Map.of(),
                        false,
                        Optional.empty(),
                        nowhere(Map.of(), yaml)));
    }
}
