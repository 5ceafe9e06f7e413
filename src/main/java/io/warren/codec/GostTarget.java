package io.warren.codec;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/** A host name in disguise, as gost's {@code Gost-Target} carries it: CRC-32 and name, base64 over base64. */
public final class GostTarget {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private GostTarget() {}

    public static String encode(String name) {
        byte[] plain = name.getBytes(StandardCharsets.UTF_8);
        byte[] inner = ENCODER.encode(plain);
        byte[] outer = new byte[4 + inner.length];
        int crc = crc(plain);
        for (int i = 0; i < 4; i++) {
            outer[i] = (byte) (crc >>> (24 - 8 * i));
        }
        System.arraycopy(inner, 0, outer, 4, inner.length);
        return ENCODER.encodeToString(outer);
    }

    /** @return empty when it is none, or its check sum is wrong */
    public static Optional<String> decode(String text) {
        try {
            byte[] outer = Base64.getUrlDecoder().decode(text);
            if (outer.length < 4) {
                return Optional.empty();
            }
            byte[] plain =
                    Base64.getUrlDecoder().decode(new String(outer, 4, outer.length - 4, StandardCharsets.ISO_8859_1));
            int crc = 0;
            for (int i = 0; i < 4; i++) {
                crc = (crc << 8) | (outer[i] & 0xff);
            }
            return crc == crc(plain) ? Optional.of(new String(plain, StandardCharsets.UTF_8)) : Optional.empty();
        } catch (IllegalArgumentException wrong) {
            return Optional.empty();
        }
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
