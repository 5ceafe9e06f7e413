package io.warren.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.config.Format;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static CommandLine parse(String... arguments) {
        return CommandLine.parse(List.of(arguments));
    }

    @Test
    void oneDashAndTwoAreEqualAndValuesMayFollowAnEqualsSign() {
        CommandLine line = parse("-L", ":1", "--L=:2", "-F=a=b", "--C", "-", "-R", "1m30s", "-DD");
        assertThat(line.mode()).isEqualTo(CommandLine.Mode.RUN);
        assertThat(line.sources().services()).containsExactly(":1", ":2");
        assertThat(line.sources().nodes()).containsExactly("a=b");
        assertThat(line.sources().configs()).containsExactly("-");
        assertThat(line.sources().overrides().level()).contains("trace");
        assertThat(line.reload()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void readingStopsAtTheFirstWord() {
        assertThat(parse("-D", "word", "-L", ":1").sources().services()).isEmpty();
        assertThat(parse("--", "-L", ":1").sources().services()).isEmpty();
        assertThat(parse("-", "-L", ":1").sources().services()).isEmpty();
    }

    @Test
    void theOutputFormatIsYamlUnlessItIsJson() {
        assertThat(parse("-O", "json").format()).isEqualTo(Format.JSON);
        assertThat(parse("-O", "xml").format()).isEqualTo(Format.YAML);
        assertThat(parse("-O", "xml").mode()).isEqualTo(CommandLine.Mode.PRINT);
        assertThat(parse("-O", "").mode()).isEqualTo(CommandLine.Mode.RUN);
    }

    @Test
    void theVersionBeginsAsGosts() {
        assertThat(parse("-V", "-L", ":1").mode()).isEqualTo(CommandLine.Mode.VERSION);
        assertThat(Version.line()).startsWith("gost 3.3.0 (warren ").matches(".* (amd64|arm64|\\w+)\\)|.*/\\w+\\)");
    }

    @Test
    void helpEndsReading() {
        assertThat(parse("-h", "-nonsense").mode()).isEqualTo(CommandLine.Mode.HELP);
        assertThat(parse("--help").mode()).isEqualTo(CommandLine.Mode.HELP);
        assertThat(Flags.usage()).contains("  -L URL\n    \tservice URL, repeatable\n", "  -DD\n", "check [--strict]");
    }

    @Test
    void wrongFlagsAreNamedAsGoNamesThem() {
        assertThatThrownBy(() -> parse("-P", ":1")).hasMessage("flag provided but not defined: -P");
        assertThatThrownBy(() -> parse("-L")).hasMessage("flag needs an argument: -L");
        assertThatThrownBy(() -> parse("-D=maybe")).hasMessage("invalid boolean value \"maybe\" for -D: parse error");
        assertThatThrownBy(() -> parse("-R", "5")).hasMessage("invalid value \"5\" for flag -R: parse error");
        assertThatThrownBy(() -> parse("---L"))
                .isInstanceOf(UsageException.class)
                .hasMessage("bad flag syntax: ---L");
    }

    @Test
    void groupsBetweenDashesAreChildren() {
        CommandLine line = parse("-L", ":1", "--", "-L", ":2", "-D", "--", "-L", ":3");
        assertThat(line.mode()).isEqualTo(CommandLine.Mode.CHILDREN);
        assertThat(line.children())
                .containsExactly(List.of("-L", ":1"), List.of("-L", ":2", "-D"), List.of("-L", ":3"));
        assertThat(parse("-L", ":1", "--").mode()).isEqualTo(CommandLine.Mode.RUN);
    }

    @Test
    void clusterFlagsAreKeysOfTheSection() {
        CommandLine line = parse(
                "--cluster",
                "--member",
                "a",
                "--cluster-addr",
                "10.0.0.1:5701",
                "--trunk",
                ":1",
                "--bus",
                ":2",
                "--join",
                "x:1,y:2",
                "--secret-file",
                "s",
                "--lenient");
        assertThat(line.sources().cluster())
                .containsOnlyKeys("cluster", "member", "addr", "trunk", "bus", "join", "secretFile")
                .containsEntry("addr", List.of("10.0.0.1:5701"));
        assertThat(line.sources().lenient()).isTrue();
        assertThat(parse("--cluster=false").sources().cluster()).isEmpty();
    }

    @Test
    void checkTakesFiles() {
        CommandLine line = parse("check", "--strict", "a.yml", "--lenient", "b.yml");
        assertThat(line.mode()).isEqualTo(CommandLine.Mode.CHECK);
        assertThat(line.strict()).isTrue();
        assertThat(line.sources().lenient()).isTrue();
        assertThat(line.sources().configs()).containsExactly("a.yml", "b.yml");
        assertThatThrownBy(() -> parse("check")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> parse("check", "--stirct", "a")).hasMessage("flag provided but not defined: --stirct");
    }
}
