package io.warren.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The script that lets a shell complete {@code warren ctl}, and the verbs beside it. */
final class Completion {
    /** Shells that the script is for. */
    static final class Shells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("bash", "zsh").iterator();
        }
    }

    private Completion() {}

    /** The same for both: zsh runs it by way of its bashcompinit. */
    static String script(String shell) {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new UsageException("shell \"" + shell + "\" (expected: bash or zsh)");
        }
        CommandLine warren = new CommandLine(CommandSpec.create().name("warren"));
        warren.addSubcommand("ctl", Ctl.commandLine());
        for (String verb : List.of("status", "top")) {
            warren.addSubcommand(verb, Ctl.commandLine().getSubcommands().get(verb));
        }
        warren.addSubcommand("check", check());
        // A word that is being written is no verb yet, or "disable" would hide "disable-service".
        return AutoComplete.bash("warren", warren)
                .replace("in \"${COMP_WORDS[@]}\"; do", "in \"${COMP_WORDS[@]:0:COMP_CWORD}\"; do");
    }

    private static CommandSpec check() {
        return CommandSpec.create()
                .addOption(OptionSpec.builder("--strict").build())
                .addOption(OptionSpec.builder("--lenient").build())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("FILE")
                        .type(Path.class)
                        .build());
    }
}
