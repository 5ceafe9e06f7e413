package io.warren.cluster;

import io.warren.layer.tls.MutualTls;
import io.warren.spi.Secret;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.spec.ECNamedCurveParameterSpec;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What a member proves its membership with. Everybody who has the cluster's secret derives the same certificate authority from it, signs a key pair of
 * this process with it, and trusts that authority alone: so both ends of a connection know that the other one has the secret, which never travels.
 *
 * @param token goes into Hazelcast's cluster name, so that members of another secret do not even meet
 * @param authority the certificate that every member can make and that each trusts
 * @param certificate of this process, signed by the authority
 * @param key of this process
 * @param sealing for what only members are to read
 */
record MemberKeys(
        String token, X509Certificate authority, X509Certificate certificate, PrivateKey key, Sealing sealing) {
    private static final String CURVE = "secp256r1";
    private static final String SIGNATURE = "SHA256withECDSA";

    /** A secret may be a word that somebody thought of: guessing has to cost something. */
    private static final int ROUNDS = 100_000;

    // Wide, so that a clock that is wrong or steps keeps nobody out: keys live as long as the process.
    private static final Date FROM = Date.from(Instant.parse("2020-01-01T00:00:00Z"));
    private static final Date TO = Date.from(Instant.parse("2120-01-01T00:00:00Z"));

    /** Takes some 50 ms of CPU: not on an event loop. */
    static MemberKeys derive(String cluster, Secret secret, String member) {
        try {
            byte[] root = stretch(cluster, secret);
            KeyPair authority = authorityKeys(expand(root, "authority", 48));
            X500Name issuer = name("Warren cluster " + cluster);
            KeyPair own = generate();
            return new MemberKeys(
                    HexFormat.of().formatHex(expand(root, "name", 16)),
                    sign(issuer, authority.getPublic(), issuer, authority.getPrivate(), true),
                    sign(name(member), own.getPublic(), issuer, authority.getPrivate(), false),
                    own.getPrivate(),
                    new Sealing(expand(root, "sealing", 32)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("keys of the cluster", e);
        }
    }

    /** TLS between members. Not on an event loop. */
    MutualTls tls() {
        return new MutualTls(key, certificate, authority);
    }

    private static byte[] stretch(String cluster, Secret secret) throws GeneralSecurityException {
        byte[] salt = ("warren cluster 1 " + cluster).getBytes(StandardCharsets.UTF_8);
        PBEKeySpec spec = new PBEKeySpec(secret.reveal().toCharArray(), salt, ROUNDS, 256);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
    }

    private static byte[] expand(byte[] root, String purpose, int length) {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(HKDFParameters.skipExtractParameters(root, purpose.getBytes(StandardCharsets.UTF_8)));
        byte[] out = new byte[length];
        hkdf.generateBytes(out, 0, length);
        return out;
    }

    /** The scalar as FIPS 186-5 A.2.1 makes it: 128 bits more than the order has, reduced. */
    private static KeyPair authorityKeys(byte[] seed) throws GeneralSecurityException {
        ECNamedCurveParameterSpec curve = ECNamedCurveTable.getParameterSpec(CURVE);
        BigInteger scalar = new BigInteger(1, seed)
                .mod(curve.getN().subtract(BigInteger.ONE))
                .add(BigInteger.ONE);
        org.bouncycastle.math.ec.ECPoint point = curve.getG().multiply(scalar).normalize();
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(CURVE));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        ECPoint w = new ECPoint(
                point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
        KeyFactory keys = KeyFactory.getInstance("EC");
        return new KeyPair(
                keys.generatePublic(new ECPublicKeySpec(w, spec)),
                keys.generatePrivate(new ECPrivateKeySpec(scalar, spec)));
    }

    private static KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE));
        return generator.generateKeyPair();
    }

    private static X500Name name(String common) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, common).build();
    }

    private static X509Certificate sign(
            X500Name subject, PublicKey key, X500Name issuer, PrivateKey authority, boolean isAuthority)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        BigInteger serial = new BigInteger(120, new SecureRandom()).add(BigInteger.ONE);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, serial, FROM, TO, subject, key);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        if (isAuthority) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        } else {
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(authority)));
    }
}
