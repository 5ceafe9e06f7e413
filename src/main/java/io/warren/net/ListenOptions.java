package io.warren.net;

/**
 * How a socket listens.
 *
 * @param backlog connections the kernel keeps until they are accepted
 * @param reusePort SO_REUSEPORT, so that other processes can listen on the same port
 * @param exclusive whether it fails when this process listens there already, where it would otherwise get a share of the connections
 */
public record ListenOptions(int backlog, boolean reusePort, boolean exclusive, KeepAlive keepAlive) {
    public static final ListenOptions DEFAULT = new ListenOptions(4096, false, false, KeepAlive.DEFAULT);

    /** For a port that no other listener of this process may share. */
    public static final ListenOptions EXCLUSIVE = new ListenOptions(4096, false, true, KeepAlive.DEFAULT);
}
