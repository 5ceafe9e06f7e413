package io.warren.spi;

import io.warren.net.Address;

/** Which clients may come in. Any thread. */
@FunctionalInterface
public interface Admission {
    boolean admits(Address client);
}
