package io.warren.layer.tls;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** An authority and what it certifies, as PEM files in a directory. */
public final class TestCertificates {
    private final Path directory;
    private final KeyPair authority = keys();
    private int serial;

    public TestCertificates(Path directory) throws Exception {
        this.directory = directory;
        write("ca.pem", sign("authority", authority, true, Duration.ofDays(1)));
    }

    public String file(String name) {
        return directory.resolve(name).toString();
    }

    /** Makes {@code name.pem} and {@code name.key} for a host name. */
    public TestCertificates issue(String name, String host, Duration validity) throws Exception {
        KeyPair keys = keys();
        write(name + ".key", new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()));
        write(name + ".pem", sign(host, keys, false, validity));
        return this;
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private X509Certificate sign(String name, KeyPair keys, boolean ca, Duration validity) throws Exception {
        Instant end = Instant.now().plus(validity);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=authority"),
                BigInteger.valueOf(++serial),
                Date.from(end.minus(Duration.ofDays(9))),
                Date.from(end),
                new X500Name("CN=" + name),
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
        builder.addExtension(
                Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())));
    }

    private void write(String name, Object content) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(content);
        }
        Files.writeString(directory.resolve(name), text.toString());
    }
}
