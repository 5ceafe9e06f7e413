package io.warren.policy.record;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.warren.policy.Poster;
import java.io.IOException;

/** One POST for each record. A server that cannot take it now is asked again, one that does not want it is not. */
final class HttpSink extends Singly {
    private final Poster poster;

    HttpSink(Poster poster) {
        this.poster = poster;
    }

    @Override
    Future<Void> write(byte[] record) {
        return poster.post(Buffer.buffer(record)).compose(answer -> {
            int status = answer.status();
            boolean later = status >= 500 || status == 429 || status == 408;
            return status < 400
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                            later ? new IOException("status " + status) : new Refused("status " + status));
        });
    }

    @Override
    public void close() {
        poster.close();
    }

    @Override
    public String toString() {
        return poster.toString();
    }
}
