package io.warren.cluster;

import io.warren.net.Histogram;

/**
 * Another member as this one reaches it over the trunk.
 *
 * @param answers whether it did when it was asked last, twice a second
 * @param roundTrips how long its answers took
 */
public record Peer(String name, boolean answers, Histogram roundTrips) {}
