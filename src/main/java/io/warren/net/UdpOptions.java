package io.warren.net;

/**
 * How a UDP socket is used.
 *
 * @param maxPayload the longest datagram received, in bytes; a longer one is cut there
 * @param queue datagrams kept for a receiver that is not there yet
 * @param socketBuffer bytes that the kernel keeps in each direction, as far as it allows
 */
public record UdpOptions(int maxPayload, int queue, int socketBuffer) {
    /** The longest payload that IPv4 allows. */
    public static final int LONGEST = 65_507;

    public static final UdpOptions DEFAULT = new UdpOptions(LONGEST, 128, 4 << 20);

    public UdpOptions {
        if (maxPayload < 1 || maxPayload > LONGEST) {
            throw new IllegalArgumentException("payload of " + maxPayload + " bytes (expected: 1 to " + LONGEST + ")");
        }
    }

    public UdpOptions maxPayload(int bytes) {
        return new UdpOptions(bytes, queue, socketBuffer);
    }

    public UdpOptions queue(int datagrams) {
        return new UdpOptions(maxPayload, datagrams, socketBuffer);
    }
}
