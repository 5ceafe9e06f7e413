package io.warren.chaos;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** A visitor who asks for a large download as fast as it goes, and then does not read. */
final class SlowReader implements AutoCloseable {
    private static final long SEED = 7;

    private final Socket socket = new Socket();
    private final long length;

    SlowReader(Route route, long length) throws IOException {
        this.length = length;
        // Or the kernel would take a good part of it.
        socket.setReceiveBufferSize(64 * 1024);
        socket.connect(route.where(), 5_000);
        socket.setSoTimeout(10_000);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write('D');
        out.writeLong(SEED);
        out.writeLong(length);
        out.writeInt(0);
    }

    /** Reads what it has asked for. */
    boolean everythingComes() throws IOException {
        InputStream in = socket.getInputStream();
        Pattern pattern = new Pattern(SEED);
        byte[] piece = new byte[64 * 1024];
        for (long position = 0; position < length; ) {
            int some = in.read(piece, 0, (int) Math.min(piece.length, length - position));
            if (some < 0 || !pattern.matches(piece, 0, position, some)) {
                return false;
            }
            position += some;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
