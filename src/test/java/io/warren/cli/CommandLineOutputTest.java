package io.warren.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.warren.config.ConfigException;
import io.warren.config.Loader;
import io.warren.config.Surroundings;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class CommandLineOutputTest {
    private static final int LEAST = 90;

    @Test
    void everyCommandLinePrintsWhatGostPrints(Vertx vertx) throws Exception {
        List<Transcript> transcripts = Transcript.read();
        assertThat(transcripts).hasSizeGreaterThan(LEAST);
        List<String> differences = new ArrayList<>();
        for (Transcript one : transcripts) {
            Optional<String> printed = print(vertx, one);
            if (!printed.equals(one.output())) {
                differences.add("$ " + one + "\n" + printed.orElse("! 2\n") + "--- expected ---\n"
                        + one.output().orElse("! 1\n"));
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void theTranscriptIsWhatTheRealGostPrints() throws Exception {
        String gost = System.getenv("GOST");
        assumeTrue(gost != null && !gost.isEmpty(), "GOST is not set");
        for (Transcript one : Transcript.read()) {
            List<String> command = new ArrayList<>(List.of(gost));
            command.addAll(one.arguments());
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            builder.environment().putAll(one.variables());
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Optional<String> printed = process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
            assertThat(printed).as(one.line()).isEqualTo(one.output());
        }
    }

    private static Optional<String> print(Vertx vertx, Transcript one) throws Exception {
        Surroundings around = new Surroundings(one.variables(), List.of(Path.of("")), InputStream.nullInputStream());
        try {
            CommandLine line = CommandLine.parse(one.arguments(), around);
            assertThat(line.mode()).as(one.line()).isEqualTo(CommandLine.Mode.PRINT);
            return Optional.of(new Loader(vertx)
                    .load(line.sources())
                    .map(configuration -> configuration.print(line.format()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS));
        } catch (UsageException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            assertThat(e.getCause()).as(one.line()).isInstanceOf(ConfigException.class);
            return Optional.empty();
        }
    }
}
