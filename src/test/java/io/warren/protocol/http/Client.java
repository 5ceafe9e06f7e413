package io.warren.protocol.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Rig;
import io.warren.net.Address;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client's connection, with a reader of responses that shares nothing with ours. */
final class Client implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    final Socket socket;
    final InputStream in;

    Client(Address proxy) throws IOException {
        socket = Rig.connect(proxy);
        in = new BufferedInputStream(socket.getInputStream());
    }

    @CanIgnoreReturnValue
    Client send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    @CanIgnoreReturnValue
    Client sendByteByByte(String text) throws IOException {
        socket.setTcpNoDelay(true);
        for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
            socket.getOutputStream().write(b);
            socket.getOutputStream().flush();
        }
        return this;
    }

    /** The next head. */
    String head() throws IOException {
        return Origin.head(in);
    }

    /** The next response, whose body has a length, chunks, or none. */
    String response() throws IOException {
        String head = head();
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            return head + new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.ISO_8859_1);
        }
        if (head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked")) {
            StringBuilder body = new StringBuilder();
            while (!body.toString().endsWith("0\r\n\r\n")) {
                body.append((char) in.read());
            }
            return head + body;
        }
        return head;
    }

    /** All until the end. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
