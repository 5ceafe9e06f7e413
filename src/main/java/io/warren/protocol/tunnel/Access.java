package io.warren.protocol.tunnel;

import io.warren.codec.RelayStatus;
import io.warren.spi.Ingress;
import io.warren.spi.TunnelId;
import java.util.Optional;

/**
 * Which tunnel a visitor reaches.
 *
 * @param visitors the ID of public visitors
 * @param direct whether any tunnel is open to who knows its ID
 */
record Access(Optional<Ingress> ingress, Optional<TunnelId> visitors, boolean direct) {
    /** @param refusal the visitor's status when there is no tunnel for it */
    record Verdict(Optional<TunnelId> tunnel, RelayStatus refusal, String reason) {
        static Verdict to(TunnelId tunnel) {
            return new Verdict(Optional.of(tunnel), RelayStatus.OK, "");
        }

        static Verdict refused(RelayStatus status, String reason) {
            return new Verdict(Optional.empty(), status, reason);
        }
    }

    /**
     * @param brought the ID that the visitor brings
     * @param host what it wants to reach
     */
    Verdict decide(TunnelId brought, String host) {
        boolean isPublic = visitors.filter(brought::sameTunnel).isPresent();
        if (!isPublic && direct) {
            return Verdict.to(brought);
        }
        Optional<TunnelId> rule = ingress.flatMap(rules -> rules.find(host));
        if (isPublic) {
            return rule.isEmpty()
                    ? Verdict.refused(RelayStatus.NETWORK_UNREACHABLE, "no tunnel serves host \"" + host + "\"")
                    : open(rule.get(), host);
        }
        return rule.filter(brought::sameTunnel).isPresent()
                ? Verdict.to(brought)
                : Verdict.refused(
                        RelayStatus.HOST_UNREACHABLE, "host \"" + host + "\" is not of tunnel " + brought.uuid());
    }

    private static Verdict open(TunnelId rule, String host) {
        return rule.hidden()
                ? Verdict.refused(RelayStatus.HOST_UNREACHABLE, "the tunnel of host \"" + host + "\" is private")
                : Verdict.to(rule);
    }
}
