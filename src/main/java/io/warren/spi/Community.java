package io.warren.spi;

import io.vertx.core.Future;

/**
 * The other members of the cluster, as the directory of this one sees them. Any event loop.
 */
public interface Community {
    /** A process that is in no cluster. */
    Community ALONE = new Community() {
        @Override
        public Future<Long> claim(Endpoint endpoint, Offer offer) {
            return Future.succeededFuture(0L);
        }

        @Override
        public Future<Long> claimFree(Endpoint endpoint, Offer offer) {
            return Future.succeededFuture(0L);
        }

        @Override
        public void announce(long id, Endpoint endpoint, Offer offer, long since) {}

        @Override
        public void retract(long id) {}

        @Override
        public void withdraw(long id, Endpoint endpoint, Offer offer) {}
    };

    /**
     * Secures the endpoint for the offer's user before it is announced. Each claim is followed by one {@link #withdraw}. Called on a context, where the
     * result completes.
     *
     * @return since when it is this user's, in milliseconds; fails with DENIED when it belongs to another user
     */
    Future<Long> claim(Endpoint endpoint, Offer offer);

    /** As {@link #claim}, and fails with DENIED when it belongs to anybody, the same user included: for a number that this member picked. */
    Future<Long> claimFree(Endpoint endpoint, Offer offer);

    /**
     * Tells everybody that registration {@code id} of this member serves {@code endpoint}.
     *
     * @param since as the claim said
     */
    void announce(long id, Endpoint endpoint, Offer offer, long since);

    /** Takes the announcement back, but not yet the claim: nobody else is to have the endpoint, and no new visitor is to come. */
    void retract(long id);

    /** Takes both back. */
    void withdraw(long id, Endpoint endpoint, Offer offer);

    /** By how many live streams an agent of another member has to be less busy than one of this member to be preferred. */
    default int slack() {
        return 0;
    }
}
