package io.warren.cluster;

import io.warren.spi.Egress;
import io.warren.spi.Foreign;
import java.util.Map;
import java.util.Optional;

/** The endpoints of this process, as the cluster uses them. Any thread. */
public interface Registrations {
    /** Another member's registration can be used from now on. */
    Foreign.Told appeared(Foreign registration);

    /** A member that did not answer does again, or one that was about to leave stays: whoever waits for somebody better may choose again. */
    void revived();

    /** The live streams of those of this process's registrations where the number has changed since the last call. */
    Map<Long, Integer> counts();

    /** The way to exactly that registration of this process; empty when it is gone. */
    Optional<Egress> own(long id);
}
