package io.warren.spi;

import java.util.Map;
import java.util.Optional;

/**
 * What a service writes down, and where.
 *
 * @param sessions takes a JSON object at the end of each session
 * @param clients takes the IP address of each client that arrives, admitted or not
 * @param dials takes the host of each destination that is dialled
 * @param failedDials takes the host of each destination that could not be reached
 * @param labels stand in each JSON object
 * @param bodyLimit how many bytes of an HTTP body a JSON object keeps; 0 = none
 */
public record Records(
        Optional<Recorder> sessions,
        Optional<Recorder> clients,
        Optional<Recorder> dials,
        Optional<Recorder> failedDials,
        Map<String, String> labels,
        int bodyLimit) {
    public static final Records NONE =
            new Records(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), 0);
}
