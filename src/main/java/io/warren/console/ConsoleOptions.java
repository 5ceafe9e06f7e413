package io.warren.console;

import io.warren.control.Role;
import io.warren.net.Address;
import io.warren.spi.Secret;
import io.warren.spi.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code console} section: where dashboard and cluster API are served, and to whom.
 *
 * @param users nobody: a password is made up for {@code admin}
 * @param certificate empty: plain HTTP
 * @param state where what outlives the process is kept; empty: where the system keeps such things
 */
public record ConsoleOptions(
        Address address, List<User> users, Optional<CertificateFiles> certificate, Optional<Path> state) {
    static final int PORT = 8422;
    private static final String ADMIN = "admin";

    /** Somebody who may log in. */
    public record User(String name, Secret password, Role role) {}

    /** PEM files. */
    public record CertificateFiles(String certificate, String key) {}

    public ConsoleOptions {
        users = List.copyOf(users);
    }

    /** Reads the section; what is wrong with it is reported to its problems. Reads {@code passwordFile}, so not on an event loop. */
    public static ConsoleOptions read(Settings section) {
        Address address = section.text("", "addr").isEmpty() ? Address.of("127.0.0.1", PORT) : Addresses.read(section);
        ConsoleOptions options =
                new ConsoleOptions(address, users(section), certificate(section.section("tls")), state(section));
        if (options.certificate().isEmpty() && !address.isUnix() && !address.isLoopback()) {
            section.warning("addr", "passwords travel in the clear: no tls, and " + address + " is not loopback");
        }
        return options;
    }

    private static List<User> users(Settings section) {
        List<User> users = new ArrayList<>();
        Secret password = section.secretOrFile("password");
        if (!password.isEmpty()) {
            users.add(new User(ADMIN, password, Role.ADMIN));
        }
        Set<String> names = new HashSet<>();
        for (Settings user : section.list("users")) {
            String name = user.text("", "username");
            Secret secret = user.secret("password");
            if (name.isEmpty() || name.contains(":")) {
                user.problem("username", "expected a name, without a colon");
            }
            if (secret.isEmpty()) {
                user.problem("password", "a user without a password");
            }
            if (!names.add(name) || (name.equals(ADMIN) && !password.isEmpty())) {
                user.problem("username", "user \"" + name + "\" is there twice");
            }
            users.add(new User(name, secret, user.oneOf(Role.VIEWER, Role.class, "role")));
        }
        return users;
    }

    private static Optional<CertificateFiles> certificate(Settings tls) {
        String certificate = tls.text("", "certFile");
        String key = tls.text("", "keyFile");
        if (!tls.present()) {
            return Optional.empty();
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            tls.problem(certificate.isEmpty() ? "certFile" : "keyFile", "expected certFile and keyFile");
            return Optional.empty();
        }
        return Optional.of(new CertificateFiles(certificate, key));
    }

    private static Optional<Path> state(Settings section) {
        String text = section.text("", "state");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            section.problem("state", e.getMessage());
            return Optional.empty();
        }
    }
}
