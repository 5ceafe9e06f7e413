package io.warren.layer.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.warren.net.ProxyException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in a few words why a handshake failed, from what the JDK's and OpenSSL's engines say. */
final class TlsFault {
    private static final Pattern ALERT = Pattern.compile("(?:fatal alert: |ALERT_)([a-zA-Z_0-9]+)");
    private static final int LONGEST = 160;

    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("no cipher suites in common", "no shared cipher");
        KNOWN.put("no_shared_cipher", "no shared cipher");
        KNOWN.put("is not enabled or supported", "no shared protocol version");
        KNOWN.put("unsupported_protocol", "no shared protocol version");
        KNOWN.put("empty client certificate chain", "no client certificate");
        KNOWN.put("did_not_return_a_certificate", "no client certificate");
        KNOWN.put("no name matching", "certificate is for another name");
        KNOWN.put("no subject alternative", "certificate is for another name");
        KNOWN.put("unable to find valid certification path", "certificate of an unknown authority");
        KNOWN.put("path does not chain", "certificate of an unknown authority");
        KNOWN.put("wrong_version_number", "not a TLS record");
        KNOWN.put("unrecognized ssl message", "not a TLS record");
    }

    private TlsFault() {}

    static ProxyException of(Throwable cause) {
        return cause instanceof ProxyException e
                ? e
                : new ProxyException(
                        ProxyException.Kind.PROTOCOL,
                        ProxyException.Side.CLIENT,
                        "TLS handshake: " + reason(cause),
                        cause);
    }

    private static String reason(Throwable failure) {
        String alert = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotSslRecordException) {
                return "not a TLS record";
            }
            if (cause instanceof CertificateExpiredException) {
                return "certificate expired";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "certificate not yet valid";
            }
            if (cause instanceof CertPathBuilderException) {
                return "certificate of an unknown authority";
            }
            String text = String.valueOf(cause.getMessage());
            String lower = text.toLowerCase(Locale.ROOT);
            for (Map.Entry<String, String> known : KNOWN.entrySet()) {
                if (lower.contains(known.getKey())) {
                    return known.getValue();
                }
            }
            Matcher matcher = ALERT.matcher(text);
            if (matcher.find()) {
                alert = "peer's alert "
                        + matcher.group(1).toLowerCase(Locale.ROOT).replace('_', ' ');
            }
        }
        String text = String.valueOf(failure.getMessage());
        return !alert.isEmpty() ? alert : text.substring(0, Math.min(text.length(), LONGEST));
    }
}
