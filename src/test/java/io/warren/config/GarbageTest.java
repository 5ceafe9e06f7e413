package io.warren.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever is read, nothing but a {@link ConfigException} comes out. */
class GarbageTest {
    private static final Path CONF = Path.of("src/test/resources/conf");
    private static final String ALPHABET =
            "{}[]:,-#&*!|>'\"%@`?~<= \n\t\\/.+0123456789abcxyzeEnN\u00e9\u4e2d\ud83d\ude00\u0000\u0085\ufeff";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private static List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String directory : List.of("valid", "printing", "invalid", "seed")) {
            try (Stream<Path> files = Files.list(CONF.resolve(directory))) {
                files.filter(f -> !f.toString().endsWith(".expected") && !f.endsWith("laughs.yml"))
                        .forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void everyTruncationOfEveryFileIsReadOrRefused() throws IOException {
        int refused = 0;
        for (Path file : files()) {
            String text = Files.readString(file);
            int step = Math.max(1, text.length() / 40);
            for (int end = 0; end <= text.length(); end += step) {
                refused += survives(text.substring(0, end), file.toString().endsWith(".json")) ? 0 : 1;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void mutatedFilesAreReadOrRefused() throws IOException {
        List<Path> files = files();
        int read = 0;
        for (int i = 0; i < 1000; i++) {
            Path file = files.get(random.nextInt(files.size()));
            StringBuilder text = new StringBuilder(Files.readString(file));
            int mutations = 1 + random.nextInt(4);
            for (int m = 0; m < mutations && text.length() > 0; m++) {
                mutate(text);
            }
            read += survives(text.toString(), file.toString().endsWith(".json")) ? 1 : 0;
        }
        assertThat(read).isPositive();
    }

    @Test
    void randomTextIsReadOrRefused() {
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            refused += survives(text(random.nextInt(60)), random.nextBoolean()) ? 0 : 1;
        }
        assertThat(refused).isPositive();
    }

    @Test
    void randomUrlsAreReadOrRefused() {
        List<String> starts = List.of(
                "", ":", "http://", "ss://", "unix://", "relay+mwss://u:p@h:1/x?", "tcp://:1-9/h:1-3?", "stdio://");
        for (int i = 0; i < 4_000; i++) {
            String url = starts.get(random.nextInt(starts.size())) + text(random.nextInt(30));
            Sources sources = Loading.sources(List.of(), List.of(url), List.of(url, ":1"));
            try {
                Mapping tree = UrlTree.of(sources);
                assertThat(YamlText.of(Printable.of(tree, Format.YAML, false, new Problems())))
                        .startsWith("services:");
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            } catch (RuntimeException e) {
                fail("seed " + seed + ": " + url, e);
            }
        }
    }

    @Test
    void randomBytesAreReadOrRefused() {
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThat(survives(new String(bytes, StandardCharsets.UTF_8), false))
                    .isIn(true, false);
        }
    }

    private boolean survives(String text, boolean json) {
        try {
            Mapping tree = DocumentReader.read("fuzz", text, json, true);
            Configuration configuration = new Configuration(tree, random.nextBoolean(), List.of());
            Reading.all(configuration);
            assertThat(configuration.print(Format.YAML)).endsWith("\n");
            assertThat(configuration.print(Format.JSON)).startsWith("{");
            return true;
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty();
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("seed " + seed + ":\n" + text, e);
        }
    }

    private void mutate(StringBuilder text) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
            case 0 -> text.insert(at, text(3));
            case 1 -> text.deleteCharAt(at);
            default -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
