package io.warren.cli;

import java.util.Locale;
import java.util.Optional;

/** What {@code -V} prints: gost's version, since tools look for it, and ours. */
public final class Version {
    private Version() {}

    /** {@code gost 3.3.0 (warren 0.1.0; java 17.0.12 linux/amd64)}. */
    public static String line() {
        String warren = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("dev");
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch");
        return "gost 3.3.0 (warren " + warren + "; java " + System.getProperty("java.version") + " " + system + "/"
                + (machine.equals("aarch64") ? "arm64" : machine) + ")";
    }
}
