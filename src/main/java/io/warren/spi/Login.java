package io.warren.spi;

import java.util.Set;

/**
 * What a Warren agent tells the member at which it binds.
 *
 * @param elsewhere the members (see {@link Scope#member}) that it has already, and so does not want
 */
public record Login(Agent agent, Set<String> elsewhere) {
    public Login(Agent agent, Set<String> elsewhere) {
        this.agent = agent;
        this.elsewhere = Set.copyOf(elsewhere);
    }
}
