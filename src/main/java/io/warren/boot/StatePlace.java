package io.warren.boot;

import io.warren.config.Surroundings;
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
        return Surroundings.environment("STATE_DIRECTORY")
                .map(Path::of)
                .orElseGet(() -> Surroundings.userFiles(Surroundings::environment, "XDG_STATE_HOME", ".local/state")
                        .resolve("warren"));
    }
}
