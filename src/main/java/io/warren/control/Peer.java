package io.warren.control;

import java.util.Optional;
import java.util.UUID;

/**
 * A member as it is asked.
 *
 * @param incarnation empty without a cluster
 */
record Peer(String name, Optional<UUID> incarnation, boolean self, String trunk) {}
