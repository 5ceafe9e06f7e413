package io.warren.layer.tls;

import io.warren.spi.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;

/**
 * The {@code options} of a {@code tls} section.
 *
 * @param versions as the JDK calls them, oldest first
 * @param cipherSuites IANA names for TLS 1.2 and older; empty = the defaults. TLS 1.3 has its own, which cannot be chosen
 * @param alpn offered or accepted protocols, by preference; empty = none
 */
record TlsParameters(List<String> versions, List<String> cipherSuites, List<String> alpn) {
    static final String TLS13 = "TLSv1.3";
    static final List<String> TLS13_SUITES =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private static final List<String> ALL = List.of("TLSv1", "TLSv1.1", "TLSv1.2", TLS13);
    private static final List<String> NAMES = List.of("versiontls10", "versiontls11", "versiontls12", "versiontls13");

    static final TlsParameters DEFAULT = new TlsParameters(ALL.subList(2, 4), List.of(), List.of());

    static TlsParameters read(Settings tls) {
        Settings options = tls.section("options");
        int oldest = version(options, "minVersion", 2);
        int newest = version(options, "maxVersion", 3);
        if (oldest > newest) {
            options.problem("maxVersion", "older than minVersion");
            oldest = newest;
        }
        List<String> suites = options.texts("cipherSuites");
        // Asking the JDK loads its trust store, which is most of a start's time where nobody wants suites.
        Set<String> known = suites.isEmpty()
                ? Set.of()
                : Set.of(((SSLSocketFactory) SSLSocketFactory.getDefault()).getSupportedCipherSuites());
        List<String> usable = suites.stream().filter(known::contains).toList();
        suites.stream()
                .filter(suite -> !known.contains(suite))
                .forEach(suite -> options.warning("cipherSuites", "unknown cipher suite \"" + suite + "\" is ignored"));
        return new TlsParameters(ALL.subList(oldest, newest + 1), usable, options.texts("alpn"));
    }

    private static int version(Settings options, String key, int fallback) {
        String name = options.text("", key);
        int index = NAMES.indexOf(name.toLowerCase(Locale.ROOT));
        if (!name.isEmpty() && index < 0) {
            options.problem(key, "TLS version \"" + name + "\" (expected: VersionTLS10 to VersionTLS13)");
        }
        return index < 0 ? fallback : index;
    }

    boolean allowsTls13() {
        return versions.contains(TLS13);
    }
}
