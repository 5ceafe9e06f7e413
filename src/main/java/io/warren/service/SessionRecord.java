package io.warren.service;

import io.vertx.core.AsyncResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.ProxyException;
import io.warren.spi.Destination;
import io.warren.spi.Hellos;
import io.warren.spi.Notes;
import io.warren.spi.Recorder;
import io.warren.spi.Session;
import io.warren.spi.Trace;
import io.warren.spi.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A session as one JSON object, with gost's names in gost's order. */
final class SessionRecord {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ISO_OFFSET_DATE_TIME.withZone(ZoneId.systemDefault());

    private SessionRecord() {}

    static void arrival(Recorder recorder, Session session) {
        recorder.record(session.client().host().getBytes(StandardCharsets.UTF_8));
    }

    static void wants(Session session, Destination target) {
        session.trace().notes().ifPresent(notes -> {
            notes.wants(target.network().toString(), text(target.address()));
            notes.dialling();
        });
    }

    static void connected(Session session, Conduit upstream) {
        session.trace().notes().ifPresent(notes -> notes.connected(upstream.local(), upstream.remote()));
    }

    static void end(Recorder recorder, Map<String, String> labels, Session session, AsyncResult<?> done) {
        session.trace().notes().filter(notes -> !notes.isOff()).ifPresent(notes -> {
            JsonObject json = json(labels, session, notes, done);
            recorder.record(json.encode().getBytes(StandardCharsets.UTF_8));
        });
    }

    private static JsonObject json(Map<String, String> labels, Session session, Notes notes, AsyncResult<?> done) {
        Trace trace = session.trace();
        JsonObject json = new JsonObject();
        putUnlessEmpty(json, "node", notes.target());
        json.put("service", session.service());
        if (!labels.isEmpty()) {
            json.put("labels", new JsonObject(Map.copyOf(labels)));
        }
        json.put("network", notes.network())
                .put("remote", text(notes.remote()))
                .put("local", text(notes.local()))
                .put("client", text(session.client()))
                .put("src", text(notes.from()))
                .put("dst", text(notes.to()))
                .put("host", notes.host());
        putUnlessEmpty(json, "proto", notes.application());
        json.put("clientIP", notes.visitor());
        putUnlessEmpty(json, "clientID", trace.user());
        notes.transaction().ifPresent(http -> json.put("http", http(http)));
        notes.hellos().ifPresent(tls -> json.put("tls", tls(tls)));
        putUnlessEmpty(json, "route", route(trace, notes, done));
        json.put("inputBytes", trace.meter().in())
                .put("outputBytes", trace.meter().out());
        if (done.failed()) {
            json.put("err", String.valueOf(done.cause().getMessage()));
        }
        Instant start = session.start();
        return json.put("sid", session.sid())
                .put("duration", Duration.between(start, Instant.now()).toNanos())
                .put("time", TIME.format(start));
    }

    private static String route(Trace trace, Notes notes, AsyncResult<?> done) {
        boolean denied = done.cause() instanceof ProxyException why && why.kind() == ProxyException.Kind.DENIED;
        if (!notes.dialled() || denied) {
            return "";
        }
        String way = notes.way().isEmpty() ? trace.route() : notes.way();
        return way.isEmpty() ? notes.host() : way + " > " + notes.host();
    }

    private static JsonObject http(Transaction http) {
        return new JsonObject()
                .put("host", http.host())
                .put("method", http.method())
                .put("proto", http.version())
                .put("scheme", http.scheme())
                .put("uri", http.uri())
                .put("cached", false)
                .put("statusCode", http.status())
                .put("request", half(http.request()))
                .put("response", half(http.response()));
    }

    private static JsonObject half(Transaction.Half message) {
        JsonObject header = new JsonObject();
        message.fields().forEach((name, values) -> header.put(name, new JsonArray(List.copyOf(values))));
        return new JsonObject()
                .put("contentLength", message.length())
                .put("header", header)
                .put(
                        "body",
                        message.body().map(Base64.getEncoder()::encodeToString).orElse(null));
    }

    private static JsonObject tls(Hellos tls) {
        return new JsonObject()
                .put("serverName", tls.serverName())
                .put("cipherSuite", tls.cipherSuite())
                .put("compressionMethod", tls.compressionMethod())
                .put("proto", tls.application())
                .put("version", tls.version())
                .put("clientHello", tls.client())
                .put("serverHello", tls.server());
    }

    private static void putUnlessEmpty(JsonObject json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }

    private static String text(Address address) {
        return address.equals(Address.NONE) ? "" : address.toString();
    }
}
