package io.warren.boot;

import io.warren.route.Matcher;
import io.warren.spi.Admission;
import io.warren.spi.Authenticator;
import io.warren.spi.Bypass;
import io.warren.spi.HostMapper;
import io.warren.spi.Resolver;
import io.warren.spi.Settings;
import java.util.Optional;

/** The named policy objects of a configuration, and what a section refers to of them. */
interface Policies {
    /** Where names are looked up. */
    record Names(Optional<HostMapper> hosts, Optional<Resolver> resolver) {
        static final Names NONE = new Names(Optional.empty(), Optional.empty());

        Names orElse(Names other) {
            return new Names(hosts.or(other::hosts), resolver.or(other::resolver));
        }
    }

    /** What a node takes, and how strongly it wants it. */
    record Rule(Matcher matcher, int priority) {}

    Names names(Settings section);

    Bypass bypass(Settings section);

    Admission admission(Settings section);

    /** Named authers, else inline {@code auth}, else empty. */
    Optional<Authenticator> authenticator(Settings section);

    Rule matcher(Settings node);
}
