package io.warren.cluster;

import java.util.List;

/**
 * Part of all that a member has registered, in the order of ids.
 *
 * @param sequence the number of the owner's last change when this was made
 */
record StatePage(long sequence, boolean more, List<Listing> listings) {
    StatePage {
        listings = List.copyOf(listings);
    }
}
