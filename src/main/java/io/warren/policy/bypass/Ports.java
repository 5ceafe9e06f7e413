package io.warren.policy.bypass;

/** A port or a range of ports, both ends included. */
record Ports(int min, int max) {
    static final Ports ANY = new Ports(Integer.MIN_VALUE, Integer.MAX_VALUE);

    /** A text that is no port or range is any port, as in gost. */
    static Ports parse(String text) {
        int dash = text.indexOf('-');
        try {
            if (dash >= 0) {
                return new Ports(number(text.substring(0, dash)), number(text.substring(dash + 1)));
            }
            int port = number(text);
            return port > 65535 ? ANY : new Ports(port, port);
        } catch (NumberFormatException e) {
            return ANY;
        }
    }

    private static int number(String text) {
        int number = Integer.parseInt(text);
        if (number < 0) {
            throw new NumberFormatException(text);
        }
        return number;
    }

    boolean contain(int port) {
        return min <= port && port <= max;
    }
}
