package io.warren.cli;

import io.warren.config.GoDuration;
import io.warren.config.Surroundings;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/**
 * {@code warren ctl VERB ...}: sees and steers a running cluster through the console of one of its members. A verb that is one request of the cluster API is
 * a static method that makes the request.
 */
@Command(
        name = "ctl",
        description = "Sees and steers a running cluster through the console of one of its members.",
        addMethodSubcommands = false,
        synopsisSubcommandLabel = "VERB ...")
final class Ctl {
    static final int DONE = 0;
    static final int NOT_DONE = 1;
    static final int NOT_REACHED = 3;
    static final int NOT_LET_IN = 4;

    private static final List<Method> VERBS = Stream.of(Ctl.class, CtlViews.class, CtlActs.class, CtlDocuments.class)
            .flatMap(where -> CommandLine.getCommandMethods(where, null).stream())
            .toList();

    private final Function<String, Optional<String>> environment;
    private final PrintStream out;
    private final PrintStream err;

    @Mixin
    private final CtlOptions options = new CtlOptions();

    private Ctl(Function<String, Optional<String>> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    static int run(List<String> arguments) {
        return run(arguments, Surroundings::environment, System.out, System.err);
    }

    /**
     * @param arguments behind {@code ctl}
     * @return the exit code: 0 done, 1 not done, 2 arguments that make no request, 3 nobody answers, 4 not let in
     */
    static int run(
            List<String> arguments, Function<String, Optional<String>> environment, PrintStream out, PrintStream err) {
        Ctl ctl = new Ctl(environment, out, err);
        Set<String> first = Set.copyOf(arguments.subList(0, Math.min(1, arguments.size())));
        return commandLine(
                        ctl,
                        VERBS.stream().map(CtlHelp::name).anyMatch(first::contains) ? first::contains : all -> true)
                .setExecutionStrategy(ctl::execute)
                .setParameterExceptionHandler((wrong, all) -> ctl.refuse(CtlHelp.message(wrong)))
                .setExecutionExceptionHandler((failed, line, parsed) -> ctl.failed(failed))
                .execute(arguments.toArray(String[]::new));
    }

    /** With all verbs, and for nobody. */
    static CommandLine commandLine() {
        return commandLine(new Ctl(name -> Optional.empty(), System.out, System.err), all -> true);
    }

    /** @param wanted verbs by name: to make them all takes a third of a second */
    private static CommandLine commandLine(Ctl own, Predicate<String> wanted) {
        CommandLine ctl = new CommandLine(own);
        ctl.getCommandSpec().addOption(CtlHelp.option());
        VERBS.stream()
                .filter(verb -> wanted.test(CtlHelp.name(verb)))
                .forEach(verb -> ctl.addSubcommand(new CommandLine(verb)));
        CtlHelp.arrange(ctl);
        return ctl.registerConverter(int.class, Ctl::number)
                .registerConverter(Duration.class, Ctl::duration)
                .registerConverter(CtlOptions.Output.class, CtlOptions.Output::of)
                .setOverwrittenOptionsAllowed(true)
                // A word with @ in front is no file of arguments, -member no -m with the name "ember", and --sort
                // -outRate a field, downwards.
                .setExpandAtFiles(false)
                .setPosixClusteredShortOptionsAllowed(false)
                .setAllowOptionsAsOptionParameters(true);
    }

    private static int number(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new UsageException("\"" + text + "\" (expected: a number)");
        }
        return Integer.parseInt(text);
    }

    private static Duration duration(String text) {
        return GoDuration.parse(text)
                .filter(d -> !d.isNegative())
                .orElseThrow(() -> new UsageException("\"" + text + "\" (expected: a duration such as 1s)"));
    }

    private int execute(ParseResult parsed) {
        ParseResult last = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        if (parsed.isUsageHelpRequested() || last.isUsageHelpRequested()) {
            out.print(last.commandSpec().commandLine().getUsageMessage());
            return DONE;
        }
        if (!parsed.hasSubcommand()) {
            return parsed.originalArgs().isEmpty()
                    ? help(Optional.empty())
                    : refuse("ctl needs a verb: ctl help lists them");
        }
        int code = new CommandLine.RunLast().execute(parsed);
        CommandLine verb = last.commandSpec().commandLine();
        try {
            return verb.getExecutionResult() instanceof CtlRequest request ? ask(request) : code;
        } catch (UsageException | ConsoleClient.Unreached e) {
            throw new CommandLine.ExecutionException(verb, e.getMessage(), e);
        }
    }

    private int ask(CtlRequest request) {
        boolean yaml = request.document() && options.output() != CtlOptions.Output.JSON;
        CtlRequest asked = request.where("format", Optional.of("yaml").filter(format -> yaml));
        CtlOptions.Access access = options.access(environment);
        return printer(access).print(asked, new ConsoleClient(access, options.members()).send(asked));
    }

    private CtlPrinter printer(CtlOptions.Access access) {
        return new CtlPrinter(options.output(), access.password().isEmpty(), out, err);
    }

    private int refuse(String message) {
        err.println(message);
        return UsageException.EXIT_CODE;
    }

    private int failed(Exception why) throws Exception {
        if (why instanceof UsageException wrong) {
            return refuse(wrong.getMessage());
        }
        if (why instanceof ConsoleClient.Unreached nobody) {
            err.println("warren ctl: " + nobody.getMessage());
            return NOT_REACHED;
        }
        throw why;
    }

    @Command(name = "status", description = "the cluster in a few lines; ends with 1 when something is critical")
    int status() {
        CtlOptions.Access access = options.access(environment);
        ConsoleClient client = new ConsoleClient(access, options.members());
        return printer(access).overview(client.send(CtlRequest.get("overview")));
    }

    @Command(name = "top", description = "the cluster and its busiest connections, live")
    int top(
            @Option(
                            names = "--interval",
                            paramLabel = "TIME",
                            defaultValue = "1s",
                            description = "between two looks (default 1s)")
                    Duration interval,
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "that many looks; without: until interrupted")
                    int count) {
        CtlOptions.Access access = options.access(environment);
        return new Top(interval, count, new ConsoleClient(access, options.members()), out)
                .run(printer(access)::failure);
    }

    @Command(name = "completion", description = "a script that lets a shell complete all this")
    int completion(
            @Parameters(
                            paramLabel = "SHELL",
                            completionCandidates = Completion.Shells.class,
                            description = "bash or zsh")
                    String shell) {
        out.print(Completion.script(shell));
        return DONE;
    }

    @Command(name = "help", description = "all verbs, or what one does")
    int help(@Parameters(paramLabel = "VERB", arity = "0..1") Optional<String> verb) {
        CommandLine ctl = commandLine();
        out.print(verb.map(name -> Optional.ofNullable(ctl.getSubcommands().get(name))
                        .orElseThrow(() -> new UsageException(CtlHelp.unknownVerb(name, ctl.getCommandSpec()))))
                .orElse(ctl)
                .getUsageMessage());
        return DONE;
    }
}
