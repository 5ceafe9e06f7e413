package io.warren.spi;

/**
 * A registration of another member.
 *
 * @param id of this process's own choosing: negative, and greater than that of every one that appeared before
 * @param since when its user claimed the endpoint, in milliseconds of the claiming member's clock; of two users who claimed it in two halves of a split
 *     network the earlier one keeps it
 * @param way to it over the trunk; from any event loop
 * @param holder its member
 */
public record Foreign(long id, Endpoint endpoint, Offer offer, long since, Egress way, Holder holder) {
    /** What else is heard of it. Any thread. */
    public interface Told {
        /** How many streams it has, in the whole cluster. */
        void live(int streams);

        /**
         * It is gone.
         *
         * @param returns whether its agent may be expected back by another member: until then visitors wait
         */
        void vanished(boolean returns);
    }
}
