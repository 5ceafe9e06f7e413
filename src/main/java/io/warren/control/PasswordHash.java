package io.warren.control;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A password that can be recognised but not read: PBKDF2 with HMAC-SHA-256 (RFC 8018). Takes some 50 ms of CPU: not on an event loop. */
public final class PasswordHash {
    static final PasswordHash NONE = new PasswordHash(new byte[16], new byte[32]);

    private static final int ROUNDS = 100_000;
    private static final String PREFIX = "pbkdf2-sha256";
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int LENGTH = 20;

    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(byte[] salt, byte[] hash) {
        this.salt = salt.clone();
        this.hash = hash.clone();
    }

    public static PasswordHash of(String password) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(salt, derive(password, salt));
    }

    /** Reads {@link #toString}; empty for anything else. */
    public static Optional<PasswordHash> parse(String text) {
        String[] parts = text.strip().split("\\$", -1);
        if (parts.length != 3 || !parts[0].equals(PREFIX)) {
            return Optional.empty();
        }
        try {
            HexFormat hex = HexFormat.of();
            return Optional.of(new PasswordHash(hex.parseHex(parts[1]), hex.parseHex(parts[2])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** One that nobody can guess, and everybody can type. */
    public static String random() {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            text.append(i > 0 && i % 5 == 0 ? "-" : "").append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    public boolean matches(String password) {
        return MessageDigest.isEqual(hash, derive(password, salt));
    }

    private static byte[] derive(String password, byte[] salt) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ROUNDS, 256))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return PREFIX + "$" + hex.formatHex(salt) + "$" + hex.formatHex(hash);
    }
}
