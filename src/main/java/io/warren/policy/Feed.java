package io.warren.policy;

import io.vertx.core.Future;

/** One place that text is loaded from. */
interface Feed {
    /** More than any list that fits in memory in a useful way. */
    int LIMIT = 32 * 1024 * 1024;

    /** The whole text; fails when there is none, or more than {@value #LIMIT} bytes. */
    Future<String> fetch();

    void close();
}
