package io.warren.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** One captured exchange: lines {@code > hex} from client to server and {@code < hex} back. */
public record Vectors(List<Line> lines) {
    public record Line(boolean fromClient, String hex) {
        public byte[] bytes() {
            return Vectors.bytes(hex);
        }
    }

    /** @param name {@code socks5/connect-ipv4} */
    public static Vectors read(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name + ".hex")) {
            return new Vectors(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("> ") || line.startsWith("< "))
                    .map(line -> new Line(line.startsWith(">"), line.substring(2)))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** All bytes of one direction. */
    public byte[] all(boolean fromClient) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        lines.stream().filter(line -> line.fromClient() == fromClient).forEach(line -> out.writeBytes(line.bytes()));
        return out.toByteArray();
    }
}
