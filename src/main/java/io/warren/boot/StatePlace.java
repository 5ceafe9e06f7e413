package io.warren.boot;

import io.warren.console.ConsoleOptions;
import io.warren.control.StateDirectory;
import io.warren.spi.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a process keeps what outlives it: where the configuration says, else in a directory of its own below the one that systemd or the user's system
 * has for such things. Nowhere when nothing tells this process from another one on the machine.
 */
final class StatePlace {
    private StatePlace() {}

    static StateDirectory of(Plan plan, Settings root) {
        Optional<Path> configured = plan.console().flatMap(ConsoleOptions::state);
        if (configured.isPresent()) {
            return StateDirectory.at(configured.get());
        }
        String member = root.section("cluster").text("", "member");
        Optional<String> own = member.isEmpty()
                ? plan.console()
                        .map(ConsoleOptions::address)
                        .filter(address -> address.isUnix() || address.port() > 0)
                        .map(address -> "console-" + address)
                : Optional.of("member-" + member);
        return own.map(name -> StateDirectory.at(base().resolve(name.replaceAll("[^\\w.-]", "_"))))
                .orElse(StateDirectory.none());
    }

    private static Path base() {
        return variable("STATE_DIRECTORY")
                .or(() -> variable("XDG_STATE_HOME").map(path -> path.resolve("warren")))
                .orElseGet(() -> variable("HOME")
                        .orElse(Path.of(System.getProperty("user.home")))
                        .resolve(Path.of(".local", "state", "warren")));
    }

    private static Optional<Path> variable(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }
}
