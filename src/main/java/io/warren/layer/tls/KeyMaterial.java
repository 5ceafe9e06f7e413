package io.warren.layer.tls;

import io.warren.spi.Renewed;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * A key with its certificate chain, and whom to trust.
 *
 * @param identity empty on a client that has no certificate
 * @param authorities empty = as the side does without: a server asks for no certificate, a client uses the system's
 */
record KeyMaterial(Optional<Identity> identity, List<X509Certificate> authorities) {
    record Identity(PrivateKey key, List<X509Certificate> chain) {}

    static final KeyMaterial NONE = new KeyMaterial(Optional.empty(), List.of());

    /**
     * Reads PEM files; blocks. Empty names are files that are not given.
     *
     * @param renewed what takes the place of some
     */
    static KeyMaterial load(Renewed renewed, String certFile, String keyFile, String caFile) throws IOException {
        Optional<Identity> identity = Optional.empty();
        if (!certFile.isEmpty() && !keyFile.isEmpty()) {
            Optional<Renewed.Pair> pair = renewed.of(certFile);
            identity = Optional.of(
                    pair.isPresent() ? identity(pair.get()) : identity(Path.of(certFile), Path.of(keyFile)));
        }
        return new KeyMaterial(identity, caFile.isEmpty() ? List.of() : certificates(Path.of(caFile)));
    }

    /** Fails as {@link #load} would; blocks. */
    static void check(Renewed renewed, String certFile, String keyFile, String caFile) throws IOException {
        var unused = load(renewed, certFile, keyFile, caFile);
    }

    static Identity identity(Path certFile, Path keyFile) throws IOException {
        List<X509Certificate> chain = certificates(certFile);
        PrivateKey key = key(keyFile);
        NewCertificate.checkMatch(chain.get(0).getPublicKey(), key, keyFile + " with " + certFile);
        return new Identity(key, chain);
    }

    private static Identity identity(Renewed.Pair pair) throws IOException {
        return new Identity(key(new StringReader(pair.key().reveal()), "key"), NewCertificate.chain(pair.chain()));
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        try (InputStream in = open(file)) {
            List<X509Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw new IOException(file + " has no certificate");
            }
            return all;
        } catch (CertificateException e) {
            throw new IOException(file + " is not a PEM certificate", e);
        }
    }

    private static InputStream open(Path file) throws IOException {
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        try (Reader text = new InputStreamReader(open(file), StandardCharsets.US_ASCII)) {
            return key(text, file.toString());
        }
    }

    /** @param name in messages */
    static PrivateKey key(Reader text, String name) throws IOException {
        try (PEMParser parser = new PEMParser(text)) {
            // An EC key is often preceded by its curve's parameters.
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PEMKeyPair pair) {
                    return reencoded(pair.getPrivateKeyInfo());
                }
                if (part instanceof PrivateKeyInfo info) {
                    return reencoded(info);
                }
            }
            throw new IOException(name + " has no private key that is not encrypted");
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException(name + " is not a PEM private key", e);
        }
    }

    private static PrivateKey reencoded(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        return new JcaPEMKeyConverter().getPrivateKey(info);
    }
}
