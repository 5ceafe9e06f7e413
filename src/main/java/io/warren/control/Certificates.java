package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.layer.tls.NewCertificate;
import io.warren.spi.Renewed;
import io.warren.spi.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The certificates that a configuration names. Reads their files: not on an event loop. */
public final class Certificates {
    private static final String OWN = "certFile";
    private static final List<String> KEYS = List.of(OWN, "caFile");
    private static final int MAX = 100;

    private Certificates() {}

    /** A row for each, with {@code file}, {@code subject}, {@code notAfter} and more; {@code error} for a file that cannot be read. */
    public static List<JsonObject> of(JsonObject configuration, Renewed renewed) {
        List<Use> uses = new ArrayList<>();
        find(configuration, "", uses);
        Map<String, List<Use>> byFile = new LinkedHashMap<>();
        uses.forEach(use ->
                byFile.computeIfAbsent(use.file(), f -> new ArrayList<>()).add(use));
        List<JsonObject> all = new ArrayList<>();
        byFile.forEach((file, users) -> all.addAll(rows(file, users, renewed)));
        return all;
    }

    /**
     * Where a file is named.
     *
     * @param path of its section
     * @param own a certificate that is shown, not one that is trusted
     */
    private record Use(String path, String file, boolean own) {}

    /** Where a certificate can be put to use, and the file that it takes the place of. */
    static Map<String, String> uses(JsonObject configuration) {
        List<Use> uses = new ArrayList<>();
        find(configuration, "", uses);
        Map<String, String> files = new LinkedHashMap<>();
        uses.stream().filter(Use::own).forEach(use -> files.putIfAbsent(use.path(), use.file()));
        return files;
    }

    /** The names of the certificate that is in use in the place of a file. */
    static Set<String> names(String file, Renewed renewed) {
        try {
            Optional<Renewed.Pair> pair = renewed.of(file);
            return NewCertificate.names(
                    pair.isPresent() ? pair.get().chain() : Files.readString(Path.of(file), StandardCharsets.US_ASCII));
        } catch (IOException | InvalidPathException e) {
            return Set.of();
        }
    }

    /** As it is kept. */
    static String text(Renewed.Pair pair) {
        return new JsonObject()
                .put("certificate", pair.chain())
                .put("key", pair.key().reveal())
                .put("since", pair.since().toString())
                .encode();
    }

    static Renewed.Pair pair(String text) {
        JsonObject kept = new JsonObject(text);
        return new Renewed.Pair(
                kept.getString("certificate"),
                Secret.of(kept.getString("key")),
                Instant.parse(kept.getString("since")));
    }

    private static void find(Object value, String path, List<Use> uses) {
        if (value instanceof JsonObject object) {
            object.forEach(entry -> {
                if (KEYS.contains(entry.getKey()) && entry.getValue() instanceof String file && !file.isEmpty()) {
                    uses.add(new Use(path, file, entry.getKey().equals(OWN)));
                } else {
                    find(entry.getValue(), path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), uses);
                }
            });
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                String name =
                        array.getValue(i) instanceof JsonObject object ? object.getString("name", "" + i) : "" + i;
                find(array.getValue(i), path + "[" + name + "]", uses);
            }
        }
    }

    private static List<JsonObject> rows(String file, List<Use> users, Renewed renewed) {
        JsonArray where = new JsonArray(users.stream().map(Use::path).toList());
        Optional<Renewed.Pair> pair = renewed.of(file);
        try (InputStream in = pair.isPresent()
                ? new ByteArrayInputStream(pair.get().chain().getBytes(StandardCharsets.US_ASCII))
                : Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            List<JsonObject> rows = found.stream()
                    .limit(MAX)
                    .map(certificate -> shown((X509Certificate) certificate)
                            .put("file", file)
                            .put("usedBy", where))
                    .toList();
            pair.ifPresent(
                    own -> rows.forEach(row -> row.put("renewed", own.since().toString())));
            users.stream()
                    .filter(Use::own)
                    .findFirst()
                    .ifPresent(use -> rows.stream().findFirst().ifPresent(row -> row.put("use", use.path())));
            return rows;
        } catch (IOException | CertificateException | InvalidPathException e) {
            return List.of(new JsonObject()
                    .put("file", file)
                    .put("usedBy", where)
                    .put("error", "cannot be read (" + e.getClass().getSimpleName() + ")"));
        }
    }

    private static JsonObject shown(X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        JsonArray names = new JsonArray();
        try {
            if (certificate.getSubjectAlternativeNames() != null) {
                certificate.getSubjectAlternativeNames().forEach(name -> names.add(String.valueOf(name.get(1))));
            }
        } catch (CertificateException e) {
            names.add("?");
        }
        return new JsonObject()
                .put("subject", certificate.getSubjectX500Principal().getName())
                .put("issuer", certificate.getIssuerX500Principal().getName())
                .put("names", names)
                .put("notBefore", certificate.getNotBefore().toInstant().toString())
                .put("notAfter", end.toString())
                .put("daysLeft", Duration.between(Instant.now(), end).toDays());
    }
}
