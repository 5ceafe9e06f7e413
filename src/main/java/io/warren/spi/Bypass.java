package io.warren.spi;

/** Which destinations are left out. Any thread. */
@FunctionalInterface
public interface Bypass {
    /** True = do not use, or refuse. */
    boolean matches(Destination target);
}
