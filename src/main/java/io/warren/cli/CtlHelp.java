package io.warren.cli;

import io.warren.config.Suggestion;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What {@code ctl} says about itself, and about arguments that it does not understand. */
final class CtlHelp {
    private static final int WIDTH = 120;
    private static final Map<Class<?>, String> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put(Ctl.class, "start with");
        GROUPS.put(CtlViews.class, "look");
        GROUPS.put(CtlActs.class, "act");
        GROUPS.put(CtlDocuments.class, "configure");
    }

    private CtlHelp() {}

    /** For all verbs that are added after it. */
    static OptionSpec option() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(CommandLine.ScopeType.INHERIT)
                .order(10)
                .description("what a verb does, and its options")
                .build();
    }

    static String name(Method verb) {
        return verb.getAnnotation(CommandLine.Command.class).name();
    }

    static void arrange(CommandLine ctl) {
        ctl.getCommandSpec().parent(CommandSpec.create().name("warren"));
        layOut(ctl);
        ctl.getSubcommands().values().forEach(CtlHelp::layOut);
        ctl.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> verbs(help.commandSpec()));
    }

    private static void layOut(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .width(WIDTH)
                .commandListHeading("")
                .sortOptions(false)
                .sortSynopsis(false)
                .abbreviateSynopsis(true);
    }

    private static String verbs(CommandSpec ctl) {
        StringBuilder text = new StringBuilder();
        GROUPS.forEach((where, title) -> {
            text.append(title).append(":\n");
            ctl.subcommands().values().stream()
                    .map(CommandLine::getCommandSpec)
                    .filter(verb -> ((Method) verb.userObject()).getDeclaringClass() == where)
                    .forEach(verb -> text.append(String.format(
                            "  %-32s %s%n", call(verb), verb.usageMessage().description()[0])));
        });
        return text.toString();
    }

    /** {@code limit ENDPOINT IN [OUT]}. */
    private static String call(CommandSpec verb) {
        return Stream.concat(
                        Stream.of(verb.name()),
                        verb.positionalParameters().stream()
                                .map(word -> word.required() ? word.paramLabel() : "[" + word.paramLabel() + "]"))
                .collect(Collectors.joining(" "));
    }

    static String message(ParameterException wrong) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            boolean option = word.length() > 1 && word.startsWith("-");
            return option ? unknownOption(word.replaceFirst("=.*", ""), command) : superfluous(word, command);
        }
        if (wrong instanceof MissingParameterException missing) {
            ArgSpec what = missing.getMissing().get(0);
            return what instanceof OptionSpec option
                    ? "option " + option.longestName() + " needs a value: " + option.longestName() + "="
                            + option.paramLabel()
                    : "expected: ctl " + call(command);
        }
        return Optional.ofNullable(wrong.getArgSpec())
                .map(what -> name(what) + ": "
                        + (wrong.getCause() instanceof UsageException known
                                ? known.getMessage()
                                : "\"" + wrong.getValue() + "\" (expected: " + what.paramLabel() + ")"))
                .orElse(wrong.getMessage());
    }

    private static String name(ArgSpec what) {
        return what instanceof OptionSpec option ? "option " + option.longestName() : what.paramLabel();
    }

    private static String unknownOption(String option, CommandSpec command) {
        return "no option " + option
                + Suggestion.of(option, command.optionsMap().keySet()) + ": " + command.qualifiedName()
                + " --help lists them";
    }

    private static String superfluous(String word, CommandSpec command) {
        return command.subcommands().isEmpty() ? "expected: ctl " + call(command) : unknownVerb(word, command);
    }

    static String unknownVerb(String word, CommandSpec ctl) {
        return "no verb \"" + word + "\""
                + Suggestion.of(word, ctl.subcommands().keySet()) + ": ctl help lists them";
    }
}
