package io.warren.spi;

/** What a member tells an agent of the place that it holds there. */
public enum Notice {
    /** The member is about to go away: the agent had better find a place at another one now. */
    LEAVING,
    /** A later session of the same agent holds it: this one gets no more visitors. */
    REPLACED
}
