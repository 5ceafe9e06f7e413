package io.warren.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.cli.CommandLine;
import io.warren.config.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands of {@code README.md} are ones that the program understands. */
class ReadmeTest {
    private static final Markdown PAGE = Markdown.read(Path.of("README.md"));
    private static final String PROGRAM = "target/warren";

    /** Any file of gost's will do where the page names one. */
    private static final String SOME_FILE = "conf/examples/http-proxy.yml";

    private static List<String> lines() {
        return PAGE.blocks().stream()
                .flatMap(block -> block.text().lines())
                .map(line -> line.replaceFirst("\\s+#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static List<List<String>> commands() {
        List<List<String>> commands = new ArrayList<>();
        for (String line : lines()) {
            for (String command : line.split(" && ", -1)) {
                List<String> words = List.of(command.split(" +"));
                if (words.get(0).equals(PROGRAM)) {
                    commands.add(words.subList(1, words.size()).stream()
                            .map(word -> word.equals("gost.yml") ? SOME_FILE : word)
                            .toList());
                }
            }
        }
        return commands;
    }

    @Test
    void everyCommandIsUnderstoodAndItsServicesStart() throws Exception {
        List<List<String>> commands = commands();
        assertThat(commands).hasSizeGreaterThanOrEqualTo(7);
        try (Rehearsed warren = new Rehearsed()) {
            for (List<String> command : commands) {
                String what = PROGRAM + " " + String.join(" ", command);
                CommandLine line = CommandLine.parse(command);
                Sources sources = line.sources().withFallback(Files.readString(Path.of("conf/warren.yml")));
                warren.check(what, sources);
                if (line.mode() == CommandLine.Mode.RUN
                        && line.sources().configs().isEmpty()) {
                    warren.start(what, onAnyPort(sources));
                }
            }
        }
    }

    /** Ports of services are the system's choice; those of reverse services belong to the far end. */
    private static Sources onAnyPort(Sources sources) {
        Pattern port = Pattern.compile("^((?!r(tcp|udp))\\w+://):\\d+");
        return new Sources(
                sources.configs(),
                sources.services().stream()
                        .map(url -> port.matcher(url).replaceFirst("$1127.0.0.1:0"))
                        .toList(),
                sources.nodes(),
                sources.overrides(),
                sources.cluster(),
                sources.lenient(),
                sources.fallback().map(Rehearsed::anyPort),
                sources.surroundings());
    }

    @Test
    void everyLineOfABlockIsACommandOrWhatItPrints() {
        assertThat(lines())
                .allMatch(line ->
                        line.matches("(mvn|target/warren|cluster/three-members/run|\\$ ) ?.*") || line.equals("hello"));
    }

    @Test
    void everyFileThatIsNamedIsThere() {
        List<String> named = PAGE.sections().stream()
                .flatMap(section -> section.prose().stream())
                .flatMap(line -> Pattern.compile("`((cluster|conf|src)/[\\w./-]*)`")
                        .matcher(line)
                        .results())
                .map(m -> m.group(1))
                .toList();
        assertThat(named).isNotEmpty().allMatch(name -> Files.exists(Path.of(name)));
    }
}
