package io.warren.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A digest that two trees share exactly when they say the same, wherever and however they are written. */
final class Fingerprint {
    private Fingerprint() {}

    static String of(Node node) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, node);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(MessageDigest digest, Node node) {
        if (node instanceof Mapping mapping) {
            add(digest, "{" + mapping.entries().size());
            for (Mapping.Entry entry : mapping.entries()) {
                add(digest, entry.key().toLowerCase(Locale.ROOT));
                add(digest, entry.value());
            }
        } else if (node instanceof Sequence list) {
            add(digest, "[" + list.items().size());
            list.items().forEach(item -> add(digest, item));
        } else if (node instanceof Scalar scalar) {
            add(digest, "=" + scalar.text());
        }
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
