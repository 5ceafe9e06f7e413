package io.warren.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** gost's multi-process mode: one child of the same program for each group of arguments. */
final class ChildProcesses {
    private ChildProcesses() {}

    /** @return the exit code of the child that ended last, or 1 as soon as one fails */
    static int run(List<List<String>> groups) {
        List<Process> children = new ArrayList<>();
        try {
            for (int i = 0; i < groups.size(); i++) {
                ProcessBuilder child = new ProcessBuilder(command(groups.get(i))).inheritIO();
                child.environment().put("_GOST_ID", String.valueOf(i));
                children.add(child.start());
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> children.forEach(Process::destroy)));
            Signals.endWithZero();
            int last = 0;
            for (Process child : children) {
                last = child.waitFor();
                if (last != 0) {
                    System.err.println("warren: a child process ended with " + last);
                    return 1;
                }
            }
            return last;
        } catch (IOException e) {
            throw new StartException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        return command;
    }
}
