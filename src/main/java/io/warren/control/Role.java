package io.warren.control;

/** What somebody may do; each may do what those before it may. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Also steers what runs. */
    OPERATOR,
    /** Also changes the configuration. */
    ADMIN;

    /** Whether it is enough for what needs {@code needed}. */
    public boolean allows(Role needed) {
        return compareTo(needed) >= 0;
    }
}
