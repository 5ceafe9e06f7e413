package io.warren.spi;

/** The member through which an agent is reached, as far as choosing among agents is concerned. Any thread. */
public interface Holder {
    /** How a member is seen from here. */
    enum State {
        READY,
        /** About to leave: for new visitors only when there is nobody else. */
        DRAINING,
        /** Does not answer at the moment: not for new visitors, though it may still come back with all that it holds. */
        SUSPECT
    }

    /** As in logs and on the dashboard. */
    String name();

    State state();
}
