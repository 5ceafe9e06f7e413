package io.warren.spi;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.ProxyException;

/** How a client is told what became of its request, in the words of its protocol. Exactly one of the two is called, once. */
public interface Reply {
    /** For a protocol that tells its client nothing. */
    Reply SILENT = new Reply() {
        @Override
        public Future<Void> accepted(Address bound) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            return Future.succeededFuture();
        }
    };

    /** @param bound where we speak from (CONNECT), or where peers reach the client (ASSOCIATE, BIND) */
    Future<Void> accepted(Address bound);

    Future<Void> refused(ProxyException why);

    /**
     * Notifies a client that has bound of what becomes of its place.
     *
     * @return completes when the streams have ended that it has by then; fails when it cannot be told
     */
    default Future<Void> notice(Notice what) {
        return Future.failedFuture(ProxyException.unsupported("notice to a client that knows none"));
    }
}
