package io.warren.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Command lines of gost with what it printed, or its exit code after an exclamation mark. */
record Transcript(String line, Map<String, String> variables, List<String> arguments, Optional<String> output) {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|([^' ]+)");

    static List<Transcript> read() throws IOException {
        List<Transcript> all = new ArrayList<>();
        String text = Files.readString(Path.of("src/test/resources/conf/command-lines.txt"));
        for (String block : text.substring(2).split("\n\\$ ", -1)) {
            int end = block.indexOf('\n');
            String output = block.substring(end + 1);
            all.add(of(block.substring(0, end), output.endsWith("\n") ? output : output + "\n"));
        }
        return all;
    }

    private static Transcript of(String line, String output) {
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> arguments = new ArrayList<>();
        boolean command = false;
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            String text = word.group(1) == null ? word.group(2) : word.group(1);
            if (command) {
                arguments.add(text);
            } else if (text.equals("gost")) {
                command = true;
            } else {
                variables.put(text.substring(0, text.indexOf('=')), text.substring(text.indexOf('=') + 1));
            }
        }
        return new Transcript(
                line, variables, arguments, output.startsWith("! ") ? Optional.empty() : Optional.of(output));
    }

    @Override
    public String toString() {
        return line;
    }
}
