package io.warren.config;

/** A value of the configuration that knows where it was written. Immutable. */
public sealed interface Node permits Mapping, Sequence, Scalar {
    Position position();

    /** How messages call it: {@code "text"}, {@code 12}, {@code a map}, {@code a list}. */
    String shown();

    /** Whether it says nothing: what YAML writes as {@code ~}. */
    default boolean isNull() {
        return false;
    }
}
