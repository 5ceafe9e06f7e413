package io.warren.layer.tls;

import io.warren.spi.Renewed;
import io.warren.spi.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate that is to be put to use, and what has to be right with it. */
public final class NewCertificate {
    private NewCertificate() {}

    /**
     * Reads a pair and checks that it can serve: its chain holds together, nothing of it has ended or is yet to begin, and the key is that of the
     * certificate.
     *
     * @param certificate PEM, with the certificates above it, if any
     * @param key PEM
     * @param now from when on it counts
     * @return the same, written in one way
     * @throws IOException with what is wrong
     */
    public static Renewed.Pair read(String certificate, String key, Instant now) throws IOException {
        List<X509Certificate> chain = chain(certificate);
        PrivateKey secret = KeyMaterial.key(new StringReader(key), "key");
        checkTimes(chain, now);
        for (int i = 1; i < chain.size(); i++) {
            checkSigned(chain.get(i - 1), chain.get(i));
        }
        checkMatch(chain.get(0).getPublicKey(), secret, "key");
        return new Renewed.Pair(
                pem(chain), Secret.of(pem(List.of(new PemObject("PRIVATE KEY", secret.getEncoded())))), now);
    }

    private static String pem(List<?> objects) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter out = new JcaPEMWriter(text)) {
            for (Object each : objects) {
                out.writeObject(each);
            }
        }
        return text.toString();
    }

    /** The certificates of a PEM text, at least one. */
    static List<X509Certificate> chain(String pem) throws IOException {
        try {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (chain.isEmpty()) {
                throw new IOException("certificate: no PEM certificate in it");
            }
            return chain;
        } catch (CertificateException e) {
            throw new IOException("certificate: not a PEM certificate", e);
        }
    }

    private static void checkTimes(List<X509Certificate> chain, Instant now) throws IOException {
        for (X509Certificate each : chain) {
            String whose = "certificate: " + each.getSubjectX500Principal().getName();
            if (each.getNotAfter().toInstant().isBefore(now)) {
                throw new IOException(
                        whose + " has ended at " + each.getNotAfter().toInstant());
            }
            if (each.getNotBefore().toInstant().isAfter(now)) {
                throw new IOException(
                        whose + " does not begin before " + each.getNotBefore().toInstant());
            }
        }
    }

    private static void checkSigned(X509Certificate certificate, X509Certificate by) throws IOException {
        try {
            certificate.verify(by.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "certificate: " + certificate.getSubjectX500Principal().getName()
                            + " is not signed by the next one, "
                            + by.getSubjectX500Principal().getName(),
                    e);
        }
    }

    /** @throws IOException unless {@code key} is the other half of {@code certified} */
    static void checkMatch(PublicKey certified, PrivateKey key, String name) throws IOException {
        String type = certified.getAlgorithm();
        if (!type.equals(key.getAlgorithm())) {
            throw new IOException(name + ": a key of type " + key.getAlgorithm() + ", the certificate is for " + type);
        }
        try {
            byte[] text = new byte[32];
            new SecureRandom().nextBytes(text);
            String scheme = switch (type) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> type;
            };
            Signature signer = Signature.getInstance(scheme);
            signer.initSign(key);
            signer.update(text);
            byte[] signed = signer.sign();
            signer.initVerify(certified);
            signer.update(text);
            if (!signer.verify(signed)) {
                throw new IOException(name + ": not the key of the certificate");
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(name + ": not the key of the certificate", e);
        }
    }

    /** The names of a PEM chain's own certificate; none when it cannot be read. */
    public static Set<String> names(String pem) {
        Set<String> names = new TreeSet<>();
        try {
            var all = chain(pem).get(0).getSubjectAlternativeNames();
            if (all != null) {
                all.forEach(name -> names.add(String.valueOf(name.get(1))));
            }
        } catch (IOException | CertificateException e) {
            return Set.of();
        }
        return names;
    }
}
