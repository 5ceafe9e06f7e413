package io.warren.spi;

/** What kind of thing a destination is. */
public enum Network {
    TCP("tcp"),
    UDP("udp"),
    UNIX("unix"),
    SERIAL("serial"),
    /** Something that an agent published under a name: a tunnel. */
    TUNNEL("tunnel");

    private final String text;

    Network(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
