package io.warren.cli;

import io.warren.config.Format;
import io.warren.config.Sources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code check [--strict] [--lenient] FILE...} */
final class Check {
    private Check() {}

    static CommandLine parse(List<String> arguments) {
        List<String> files = new ArrayList<>();
        boolean strict = false;
        boolean lenient = false;
        for (String argument : arguments) {
            switch (argument) {
                case "-strict", "--strict" -> strict = true;
                case "-lenient", "--lenient" -> lenient = true;
                case "-h", "--h", "-help", "--help" -> {
                    return command(CommandLine.Mode.HELP, List.of(), false, false);
                }
                default -> {
                    if (argument.startsWith("-") && argument.length() > 1) {
                        throw new UsageException("flag provided but not defined: " + argument);
                    }
                    files.add(argument);
                }
            }
        }
        if (files.isEmpty()) {
            throw new UsageException("check needs a file (expected: check [--strict] [--lenient] FILE...)");
        }
        return command(CommandLine.Mode.CHECK, files, strict, lenient);
    }

    private static CommandLine command(CommandLine.Mode mode, List<String> files, boolean strict, boolean lenient) {
        return new CommandLine(
                mode, Sources.files(files).withLenient(lenient), Format.YAML, Duration.ZERO, false, strict, List.of());
    }
}
