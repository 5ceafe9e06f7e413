package io.warren.layer.tls;

import io.warren.spi.Settings;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of listeners that are given none: {@code cert.pem} and {@code key.pem} of the working directory, else the pair that gost and we keep
 * in the user's {@code .gost} directory, else a new one, self-signed, written there.
 *
 * @param workingDirectory where {@code cert.pem} is looked for
 * @param store where the generated pair is kept
 */
record AutoCertificate(Path workingDirectory, Path store, String commonName, String organization, Duration validity) {
    private static final Logger LOG = LoggerFactory.getLogger("layer");

    static AutoCertificate read(Settings tls) {
        Duration validity = tls.duration(Duration.ZERO, "validity");
        return new AutoCertificate(
                Path.of(""),
                Path.of(System.getProperty("user.home"), ".gost"),
                orElse(tls.text("", "commonName"), "gost.run"),
                orElse(tls.text("", "organization"), "GOST"),
                validity.isZero() || validity.isNegative() ? Duration.ofDays(365) : validity);
    }

    private static String orElse(String text, String fallback) {
        return text.isEmpty() ? fallback : text;
    }

    /** The files that {@link #load} may read. */
    List<Path> files() {
        return List.of(ownCertificate(), ownKey(), certFile(), keyFile());
    }

    private Path ownCertificate() {
        return workingDirectory.resolve("cert.pem");
    }

    private Path ownKey() {
        return workingDirectory.resolve("key.pem");
    }

    private Path certFile() {
        return store.resolve("auto-ca-cert.pem");
    }

    private Path keyFile() {
        return store.resolve("auto-ca-key.pem");
    }

    /** Blocks. */
    KeyMaterial.Identity load() throws IOException {
        // One process may start many listeners at once.
        synchronized (AutoCertificate.class) {
            for (Path[] pair : new Path[][] {{ownCertificate(), ownKey()}, {certFile(), keyFile()}}) {
                if (Files.exists(pair[0]) && Files.exists(pair[1])) {
                    try {
                        return KeyMaterial.identity(pair[0], pair[1]);
                    } catch (IOException e) {
                        LOG.warn("default certificate not usable: {}", e.getMessage());
                    }
                }
            }
            return generate();
        }
    }

    private KeyMaterial.Identity generate() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            X509Certificate certificate = certificate(keys);
            keep(certificate, keys);
            return new KeyMaterial.Identity(keys.getPrivate(), List.of(certificate));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot generate a certificate: " + e.getMessage(), e);
        }
    }

    private X509Certificate certificate(KeyPair keys)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.O, organization)
                .addRDN(BCStyle.CN, commonName)
                .build();
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(127, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now),
                Date.from(now.plus(validity)),
                name,
                keys.getPublic());
        KeyPurposeId[] purposes = {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, commonName)));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private void keep(X509Certificate certificate, KeyPair keys) {
        try {
            if (!Files.isDirectory(store)) {
                Files.createDirectories(
                        store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            write(keyFile(), "rw-------", "PRIVATE KEY", keys.getPrivate().getEncoded());
            write(certFile(), "rw-r--r--", "CERTIFICATE", certificate.getEncoded());
        } catch (IOException | GeneralSecurityException | UnsupportedOperationException e) {
            LOG.warn("generated certificate not kept in {}: {}", store, e.getMessage());
        }
    }

    private static void write(Path file, String permissions, String type, byte[] content) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        }
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.writeString(file, text.toString());
    }
}
