package io.warren.protocol.tunnel;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Begins to speak TLS with somebody who echoes. */
final class TlsVisitor {
    private TlsVisitor() {}

    /** @return whether what comes back is what was sent; empty when nothing does */
    static String hello(String host, int port, String name) throws IOException, GeneralSecurityException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(64 * 1024);
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(bytes);
            byte[] echoed = socket.getInputStream().readNBytes(bytes.length);
            return echoed.length == 0 ? "" : String.valueOf(Arrays.equals(echoed, bytes));
        }
    }
}
