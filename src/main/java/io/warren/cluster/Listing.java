package io.warren.cluster;

import io.warren.spi.Endpoint;
import io.warren.spi.Offer;

/** One registration as members tell each other of it. The id is its owner's. */
record Listing(long id, Endpoint endpoint, Offer offer) {}
