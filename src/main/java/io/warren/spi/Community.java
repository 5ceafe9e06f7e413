package io.warren.spi;

import io.vertx.core.Future;

/**
 * The other members of the cluster, as the directory of this one sees them. Any event loop.
 */
public interface Community {
    /** A process that is in no cluster. */
    Community ALONE = new Community() {
        @Override
        public Future<Void> claim(Endpoint endpoint, Offer offer) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> claimFree(Endpoint endpoint, Offer offer) {
            return Future.succeededFuture();
        }

        @Override
        public void announce(long id, Endpoint endpoint, Offer offer) {}

        @Override
        public void withdraw(long id, Endpoint endpoint, Offer offer) {}
    };

    /**
     * Secures the endpoint for the offer's user before it is announced. Each claim is followed by one {@link #withdraw}. Called on a context, where the
     * result completes.
     *
     * @return fails with DENIED when it belongs to another user
     */
    Future<Void> claim(Endpoint endpoint, Offer offer);

    /** As {@link #claim}, and fails with DENIED when it belongs to anybody, the same user included: for a number that this member picked. */
    Future<Void> claimFree(Endpoint endpoint, Offer offer);

    /** Tells everybody that registration {@code id} of this member serves {@code endpoint}. */
    void announce(long id, Endpoint endpoint, Offer offer);

    /** Takes that and the claim back. */
    void withdraw(long id, Endpoint endpoint, Offer offer);
}
