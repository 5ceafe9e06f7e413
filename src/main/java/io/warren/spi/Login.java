package io.warren.spi;

import io.warren.net.ProxyException;
import java.util.Optional;
import java.util.Set;

/**
 * What a Warren agent tells the member at which it binds.
 *
 * @param version of the agent's program; empty when it has not told
 * @param elsewhere the members (see {@link Scope#member}) that it has already, and so does not want
 */
public record Login(Agent agent, Set<String> elsewhere, String version) {
    public Login(Agent agent, Set<String> elsewhere, String version) {
        this.agent = agent;
        this.elsewhere = Set.copyOf(elsewhere);
        this.version = version;
    }

    /** Why it gets no place at {@code member}; empty when nothing speaks against that. */
    public Optional<ProxyException> refusal(String member) {
        return elsewhere.contains(member)
                ? Optional.of(ProxyException.of(
                        ProxyException.Kind.LIMITED, ProxyException.Side.CLIENT, agent + " is attached here already"))
                : Optional.empty();
    }
}
