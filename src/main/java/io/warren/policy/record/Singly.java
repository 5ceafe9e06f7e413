package io.warren.policy.record;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** A sink that takes each record by itself, several at the same time. */
abstract class Singly implements Sink {
    /** The other side does not want this record, now or later. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /** @return fails with {@link Refused} when it is no use to try again */
    abstract Future<Void> write(byte[] record);

    @Override
    public int batch() {
        return 8;
    }

    @Override
    public Future<Written> write(List<byte[]> records) {
        List<Future<Void>> each = records.stream().map(this::write).toList();
        return Future.join(each)
                .transform(done -> Future.succeededFuture(done.succeeded() ? Written.ALL : sum(records, each)));
    }

    private Written sum(List<byte[]> records, List<Future<Void>> each) {
        List<byte[]> again = new ArrayList<>();
        int refused = 0;
        String trouble = "";
        for (int i = 0; i < records.size(); i++) {
            Throwable failure = each.get(i).cause();
            if (failure != null) {
                trouble = this + ": " + failure.getMessage();
                if (failure instanceof Refused) {
                    refused++;
                } else {
                    again.add(records.get(i));
                }
            }
        }
        return new Written(again, refused, trouble);
    }
}
