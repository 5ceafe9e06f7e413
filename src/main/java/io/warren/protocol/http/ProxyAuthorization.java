package io.warren.protocol.http;

import io.warren.codec.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a client logs in with (RFC 7617); both empty when it does not, or says it otherwise. */
record ProxyAuthorization(String user, String password) {
    static final ProxyAuthorization NONE = new ProxyAuthorization("", "");

    private static final String BASIC = "Basic ";

    static ProxyAuthorization of(HttpRequest request) {
        String text = request.fields().first("Proxy-Authorization").orElse("");
        if (!text.startsWith(BASIC)) {
            return NONE;
        }
        try {
            String both =
                    new String(Base64.getDecoder().decode(text.substring(BASIC.length())), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            return colon < 0 ? NONE : new ProxyAuthorization(both.substring(0, colon), both.substring(colon + 1));
        } catch (IllegalArgumentException notBase64) {
            return NONE;
        }
    }

    /** The field's value. */
    String text() {
        return BASIC + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return user + ":******";
    }
}
