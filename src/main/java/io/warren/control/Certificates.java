package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
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

/** The certificates that a configuration names. Reads their files: not on an event loop. */
public final class Certificates {
    private static final List<String> KEYS = List.of("certFile", "caFile");
    private static final int MAX = 100;

    private Certificates() {}

    /** A row for each, with {@code file}, {@code subject}, {@code notAfter} and more; {@code error} for a file that cannot be read. */
    public static List<JsonObject> of(JsonObject configuration) {
        Map<String, List<String>> users = new LinkedHashMap<>();
        find(configuration, "", users);
        List<JsonObject> all = new ArrayList<>();
        users.forEach((file, usedBy) -> all.addAll(read(file, usedBy)));
        return all;
    }

    private static void find(Object value, String path, Map<String, List<String>> users) {
        if (value instanceof JsonObject object) {
            object.forEach(entry -> {
                if (KEYS.contains(entry.getKey()) && entry.getValue() instanceof String file && !file.isEmpty()) {
                    users.computeIfAbsent(file, f -> new ArrayList<>()).add(path.isEmpty() ? "tls" : path);
                } else {
                    find(entry.getValue(), path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), users);
                }
            });
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                String name =
                        array.getValue(i) instanceof JsonObject object ? object.getString("name", "" + i) : "" + i;
                find(array.getValue(i), path + "[" + name + "]", users);
            }
        }
    }

    private static List<JsonObject> read(String file, List<String> usedBy) {
        JsonArray where = new JsonArray(usedBy);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            return found.stream()
                    .limit(MAX)
                    .map(certificate -> shown((X509Certificate) certificate)
                            .put("file", file)
                            .put("usedBy", where))
                    .toList();
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
