package io.warren.spi;

/** Which destinations are left out. Any thread. */
@FunctionalInterface
public interface Bypass {
    /** Leaves nothing out. */
    Bypass NONE = target -> false;

    /** True = do not use, or refuse. */
    boolean matches(Destination target);
}
