package io.warren.config;

import io.warren.spi.Credentials;
import io.warren.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** User and password of a command-line URL: its userinfo, which may be base64 for {@code ss}, or the key {@code auth}. */
final class UrlAuth {
    private UrlAuth() {}

    /**
     * An {@code auth} section.
     *
     * @throws IllegalArgumentException when the key {@code auth} is not base64
     */
    static Optional<Mapping> of(GoUrl url, Parameters parameters, Position at) {
        if (url.user().isPresent()) {
            Credentials user = url.user().get();
            Optional<Credentials> encoded = url.scheme().startsWith("ss")
                            && !url.password()
                            && !user.user().isEmpty()
                    ? decode(user.user()).flatMap(UrlAuth::pair)
                    : Optional.empty();
            return Optional.of(section(encoded.orElse(user), at));
        }
        String key = parameters.text("auth");
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Position keyAt = parameters.at("auth");
        String text = decode(key).orElseThrow(() -> new IllegalArgumentException("the key auth is not base64"));
        return Optional.of(section(pair(text).orElse(new Credentials(text, Secret.NONE)), keyAt));
    }

    static Mapping section(Credentials user, Position at) {
        return new Fields(at)
                .text("username", user.user())
                .text("password", user.password().reveal())
                .build();
    }

    private static Optional<Credentials> pair(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(new Credentials(text.substring(0, colon), Secret.of(text.substring(colon + 1))));
    }

    /** Raw URL-safe, else standard with padding. */
    private static Optional<String> decode(String text) {
        String plain = text.replace("\r", "").replace("\n", "");
        if (!plain.endsWith("=")) {
            try {
                return Optional.of(new String(Base64.getUrlDecoder().decode(plain), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return standard(plain);
            }
        }
        return standard(plain);
    }

    private static Optional<String> standard(String text) {
        try {
            return text.length() % 4 == 0
                    ? Optional.of(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
