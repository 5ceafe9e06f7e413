package io.warren.cluster;

import io.warren.spi.Endpoint;
import io.warren.spi.Offer;

/**
 * One registration as members tell each other of it. The id is its owner's.
 *
 * @param since when its user claimed the endpoint, in milliseconds
 */
record Listing(long id, Endpoint endpoint, Offer offer, long since) {
    /** Of a member that does not tell. */
    static final long UNKNOWN = Long.MAX_VALUE;
}
