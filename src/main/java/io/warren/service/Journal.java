package io.warren.service;

import io.vertx.core.AsyncResult;
import io.warren.net.ProxyException;
import io.warren.spi.Session;
import io.warren.spi.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One log line per session, at its end. */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger("session");

    private Journal() {}

    static void close(Session session, AsyncResult<?> done) {
        if (done.failed() && !(done.cause() instanceof ProxyException)) {
            LOG.atError()
                    .setCause(done.cause())
                    .addKeyValue("sid", session.sid())
                    .addKeyValue("service", session.service())
                    .log("failed by a fault of ours");
            return;
        }
        if (LOG.isInfoEnabled()) {
            LoggingEventBuilder line = line(session);
            if (done.succeeded()) {
                line.addKeyValue("outcome", "ok").log("");
            } else {
                refusal(line, (ProxyException) done.cause()).log("");
            }
        }
    }

    static void turnedAway(Session session, Throwable cause) {
        if (LOG.isInfoEnabled()) {
            refusal(line(session), ProxyException.from(cause)).log("");
        }
    }

    private static LoggingEventBuilder line(Session session) {
        Trace trace = session.trace();
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("sid", session.sid())
                .addKeyValue("service", session.service())
                .addKeyValue("client", session.client());
        if (!trace.user().isEmpty()) {
            line = line.addKeyValue("user", trace.user());
        }
        if (!trace.target().isEmpty()) {
            line = line.addKeyValue("target", trace.target());
        }
        if (!trace.route().isEmpty()) {
            line = line.addKeyValue("route", trace.route());
        }
        return line.addKeyValue("in", trace.meter().in())
                .addKeyValue("out", trace.meter().out())
                .addKeyValue(
                        "ms", Duration.between(session.start(), Instant.now()).toMillis());
    }

    private static LoggingEventBuilder refusal(LoggingEventBuilder line, ProxyException why) {
        return line.addKeyValue("outcome", why.kind().name().toLowerCase(Locale.ROOT))
                .addKeyValue("side", why.side().name().toLowerCase(Locale.ROOT))
                .addKeyValue("reason", '"' + String.valueOf(why.getMessage()) + '"');
    }
}
