package io.warren.transport.reverse;

import io.warren.net.Names;
import io.warren.net.UdpSessions;
import io.warren.spi.Settings;
import java.util.Optional;

/**
 * The listener's options.
 *
 * @param visitors how visitors are told apart whose datagrams come in one flow
 * @param sessions at how many different members the place is held
 * @param agent the name under which members know this agent; empty = host and service
 */
record ReverseOptions(UdpSessions.Options visitors, int sessions, Optional<String> agent) {
    private static final int MOST = 8;
    private static final int LONGEST_NAME = 128;

    static ReverseOptions read(Settings listener, UdpSessions.Options visitors) {
        Settings metadata = listener.metadata();
        String agent = metadata.text("", "agent");
        if (agent.length() > LONGEST_NAME) {
            metadata.problem(
                    "agent", "a name of " + agent.length() + " characters (expected: at most " + LONGEST_NAME + ")");
        }
        return new ReverseOptions(
                visitors,
                metadata.integer(1, 1, MOST, "sessions"),
                agent.isEmpty() ? Optional.empty() : Optional.of(agent));
    }

    String name(String service) {
        return agent.orElseGet(() -> Names.own().orElse("agent") + "/" + service);
    }
}
