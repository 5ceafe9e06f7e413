package io.warren.chaos;

import java.net.InetSocketAddress;

/** An endpoint as it is visited at one member. */
record Route(String member, String endpoint, InetSocketAddress where) {
    @Override
    public String toString() {
        return endpoint + " at " + member;
    }
}
