package io.warren.boot;

import io.warren.console.ConsoleOptions;
import io.warren.control.Accounts.Account;
import io.warren.control.PasswordHash;
import io.warren.control.Role;
import io.warren.control.StateDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Who may use the console: who the configuration says, else {@code admin} with a password that is made up at the first start and shown once. */
final class Passwords {
    private static final String FILE = "password";

    private Passwords() {}

    /** Waits for the disk. */
    static List<Account> accounts(ConsoleOptions options, StateDirectory directory) throws IOException {
        if (!options.users().isEmpty()) {
            return options.users().stream()
                    .map(user -> new Account(
                            user.name(),
                            user.role(),
                            PasswordHash.of(user.password().reveal())))
                    .toList();
        }
        Optional<PasswordHash> known = directory.read(FILE).flatMap(PasswordHash::parse);
        return List.of(new Account("admin", Role.ADMIN, known.isPresent() ? known.get() : madeUp(directory)));
    }

    private static PasswordHash madeUp(StateDirectory directory) throws IOException {
        String password = PasswordHash.random();
        PasswordHash hash = PasswordHash.of(password);
        directory.write(FILE, hash + "\n");
        // Not in the log, which is kept and shown.
        System.err.println("warren: log in to the console as admin with password " + password
                + " (shown this once; its hash is kept in " + directory + ")");
        return hash;
    }
}
