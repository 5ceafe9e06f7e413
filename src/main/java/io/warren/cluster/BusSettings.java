package io.warren.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.warren.net.Address;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** The event bus between members: where it listens, and who may speak on it. */
final class BusSettings {
    private static final long PING_MS = 2000;

    private BusSettings() {}

    static EventBusOptions of(Address address, Optional<MemberKeys> keys) {
        EventBusOptions options = new EventBusOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setClusterPingInterval(PING_MS)
                .setClusterPingReplyInterval(PING_MS);
        keys.ifPresent(k -> options
                // Vert.x trusts everybody unless told otherwise.
                .setTrustAll(false)
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setTrustOptions(new PemTrustOptions().addCertValue(pem(k.authority())))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(pem(k.certificate()))
                        .addKeyValue(pem("PRIVATE KEY", k.key().getEncoded()))));
        return options;
    }

    private static Buffer pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Buffer pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Buffer.buffer("-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }
}
