package io.warren.cli;

import io.warren.config.ConfigException;
import java.util.Arrays;
import java.util.List;

/** The program: arguments in, exit code out. */
public final class Main {
    private static final int FAILED = 1;

    /** Of these the last two are verbs of the first. */
    private static final List<String> CONTROL = List.of("ctl", "status", "top");

    private Main() {}

    public static void main(String[] arguments) {
        int code = run(Arrays.asList(arguments));
        if (code >= 0) {
            System.exit(code);
        }
    }

    /** @return the exit code; negative when services run and the process is to go on */
    private static int run(List<String> arguments) {
        try {
            if (arguments.equals(List.of("rehearse"))) {
                return Rehearsal.run();
            }
            if (!arguments.isEmpty() && CONTROL.contains(arguments.get(0))) {
                boolean verb = !arguments.get(0).equals("ctl");
                return Ctl.run(verb ? arguments : arguments.subList(1, arguments.size()));
            }
            CommandLine line = CommandLine.parse(arguments);
            return switch (line.mode()) {
                case RUN -> Daemon.run(line);
                case PRINT -> Inspection.print(line);
                case CHECK -> Inspection.check(line);
                case CHILDREN -> ChildProcesses.run(line.children());
                case VERSION -> {
                    System.out.println(Version.line());
                    yield 0;
                }
                case HELP -> {
                    System.err.print(Flags.usage());
                    yield 0;
                }
            };
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            return UsageException.EXIT_CODE;
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return ConfigException.EXIT_CODE;
        } catch (StartException e) {
            System.err.println("warren: " + e.getMessage());
            return FAILED;
        }
    }
}
