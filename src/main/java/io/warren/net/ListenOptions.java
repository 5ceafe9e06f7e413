package io.warren.net;

/**
 * How a socket listens.
 *
 * @param backlog connections the kernel keeps until they are accepted
 * @param reusePort SO_REUSEPORT, so that other processes can listen on the same port
 */
public record ListenOptions(int backlog, boolean reusePort, KeepAlive keepAlive) {
    public static final ListenOptions DEFAULT = new ListenOptions(4096, false, KeepAlive.DEFAULT);
}
