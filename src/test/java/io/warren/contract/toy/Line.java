package io.warren.contract.toy;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The words of one line. */
final class Line {
    private static final int LONGEST = 512;

    private Line() {}

    static Optional<List<String>> decode(ByteBuf in) {
        int length = in.bytesBefore((byte) '\n');
        if (length < 0 ? in.readableBytes() > LONGEST : length > LONGEST) {
            throw ProxyException.protocol("line longer than " + LONGEST + " bytes");
        }
        if (length < 0) {
            return Optional.empty();
        }
        String text = in.toString(in.readerIndex(), length, StandardCharsets.UTF_8);
        in.skipBytes(length + 1);
        return Optional.of(List.of(text.split(" ", -1)));
    }
}
