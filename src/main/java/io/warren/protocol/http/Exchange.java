package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.warren.codec.HttpBody;
import io.warren.codec.HttpHead;
import io.warren.codec.HttpRecord;
import io.warren.codec.HttpRequest;
import io.warren.codec.HttpResponse;
import io.warren.net.Address;
import io.warren.net.Brake;
import io.warren.net.Link;
import io.warren.net.Meter;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Notes;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;

/** One plain request and its response. Both bodies pass as they arrive; a side that takes no more stops the other. */
final class Exchange {
    private final Conversation conversation;
    private final HttpOptions options;
    private final HttpRequest request;
    private final Target target;
    private final Address address;
    private final HttpBody requestBody;
    private final Session session;
    private final Meter meter;
    private final Stream client;
    private final Optional<HttpRecord> record;
    private Upstream upstream;
    private Brake upload;
    private Brake download;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private int searched;
    private HttpResponse response;
    private HttpBody responseBody;
    private boolean answerBegun;
    private boolean persists;
    private boolean unflushed;
    private boolean retried;
    private boolean over;

    Exchange(Conversation conversation, HttpRequest request, Target target, Address address, HttpBody requestBody) {
        this.conversation = conversation;
        this.options = conversation.handler().options();
        this.request = request;
        this.target = target;
        this.address = address;
        this.requestBody = requestBody;
        this.client = conversation.client();
        this.session = options.front()
                .map(front -> front.visitor(conversation.session().child(), request))
                .orElseGet(() -> conversation.session().child());
        this.meter = session.trace().meter();
        session.trace().target(address.toString());
        this.record = session.trace().notes().map(notes -> {
            notes.wants("tcp", address.toString());
            return HttpRecord.begin(notes, request, target.host(), "http");
        });
        meter.fromClient(request.fields().headLength());
    }

    void start() {
        if (options.front().filter(front -> front.loops(request)).isPresent()) {
            fail(ProxyException.of(
                    ProxyException.Kind.LIMITED, ProxyException.Side.CLIENT, "request comes by again (a loop)"));
            return;
        }
        UpstreamPool pool = conversation.handler().pool();
        conversation.bound(address).or(() -> pool.take(address)).ifPresentOrElse(this::use, this::dial);
    }

    private void dial() {
        session.trace().notes().ifPresent(Notes::dialling);
        Session routed = conversation.handler().routed(session, address);
        conversation
                .onContext(() -> conversation.handler().scope().egress().connect(routed, Destination.tcp(address)))
                .onComplete(done -> {
                    if (over) {
                        closeLate(done);
                    } else if (done.succeeded()) {
                        use(new Upstream(
                                conversation.handler().pool(),
                                address,
                                done.result(),
                                session.trace().routeLimit()));
                        conversation.advance();
                        flushToTarget();
                    } else {
                        fail(ProxyException.from(done.cause()));
                    }
                });
    }

    private static void closeLate(AsyncResult<Stream> dialled) {
        if (dialled.succeeded()) {
            dialled.result().close();
        }
    }

    private void use(Upstream connection) {
        upstream = connection;
        Stream stream = connection.stream();
        session.trace().notes().ifPresent(notes -> {
            notes.dialling();
            notes.connected(stream.local(), stream.remote());
        });
        connection.serve(this);
        session.trace().routeLimit(connection.limit());
        // The client's own limit on what it sends is the conversation's.
        upload = Brake.of(client, connection.limit().fromClient(), this::uploadRested);
        download = Brake.of(connection.stream(), session.trace().paces().toClient(), this::rested);
        unflushed = true;
        stream.writeLater(Forwarding.request(request, target, options.keepalive(), options.front(), session.sid()));
        if (upstream == connection) {
            limitTime();
            connection.open();
        }
        // Whoever has just had an answer at full speed pays for it before the next.
        download.check();
        if (download.holds() && upstream == connection) {
            connection.stream().demand(false);
        }
    }

    /** What rests because it is to be slow is not late. */
    void rested() {
        if (!over && upstream != null) {
            limitTime();
            download.check();
            demandMore();
        }
    }

    private void uploadRested() {
        if (!over && upstream != null) {
            upload.check();
            rested();
            conversation.regulateAgain();
        }
    }

    private void limitTime() {
        boolean waits = requestBody.done() && responseBody == null;
        conversation.allow(waits ? options.readTimeout() : options.idleTimeout());
    }

    // --- from the client

    /** Whether body bytes can be passed now. */
    boolean takesBody() {
        return upstream != null && !requestBody.done();
    }

    void sendBody(ByteBuf part) {
        meter.fromClient(part.readableBytes());
        if (record.isPresent()) {
            record.get().requestBody(part);
        }
        upload.passed(part.readableBytes());
        upstream.stream().writeLater(part);
        unflushed = true;
        if (upstream != null && upstream.stream().writeQueueFull()) {
            flushToTarget();
        }
        limitTime();
    }

    void flushToTarget() {
        if (unflushed && upstream != null) {
            unflushed = false;
            upstream.stream().flush();
        }
    }

    boolean targetTakesMore() {
        return upstream == null || !(upstream.stream().writeQueueFull() || upload.holds());
    }

    void targetWritable() {
        conversation.regulateAgain();
    }

    void clientWritable() {
        if (upstream != null) {
            demandMore();
        }
    }

    private void demandMore() {
        upstream.stream().demand(!download.holds() && !client.writeQueueFull());
    }

    void clientGone() {
        if (!over) {
            over(ProxyException.of(
                    ProxyException.Kind.CLOSED, ProxyException.Side.CLIENT, "closed by the peer before its response"));
            leave(true);
        }
    }

    // --- from the target

    void fromTarget(ByteBuf bytes) {
        held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(bytes.alloc(), held, bytes);
        try {
            boolean more = true;
            while (more && !over && held.isReadable()) {
                more = responseBody == null ? nextHead() : passBody();
            }
        } catch (ProxyException wrong) {
            fail(wrong.asUpstream());
        }
    }

    private boolean nextHead() {
        int end = HttpHead.end(held, held.readerIndex() + searched);
        if (end < 0) {
            searched = Math.max(0, held.readableBytes() - 2);
            return false;
        }
        searched = 0;
        HttpResponse head = HttpResponse.decode(held, end);
        if (head.interim()) {
            if (request.minor() == 1) {
                answer(Forwarding.interim(head));
                client.flush();
            }
        } else if (head.status() == 101) {
            upgrade(head);
        } else {
            begin(head);
        }
        return true;
    }

    private void begin(HttpResponse head) {
        HttpBody body = HttpBody.of(head, request.method());
        persists = Forwarding.persists(request, body);
        response = head;
        record.ifPresent(kept -> kept.response(head));
        responseBody = body;
        answer(Forwarding.response(head, request, body, persists));
        if (over) {
            return;
        }
        limitTime();
        if (body.done()) {
            finish();
        }
    }

    private void answer(ByteBuf bytes) {
        answerBegun = true;
        meter.toClient(bytes.readableBytes());
        download.passed(bytes.readableBytes());
        if (download.holds() && upstream != null) {
            upstream.stream().demand(false);
        }
        client.writeLater(bytes);
    }

    private boolean passBody() {
        if (request.minor() == 0 && responseBody.framing() == HttpBody.Framing.CHUNKED) {
            ByteBuf content = held.alloc().buffer(held.readableBytes());
            record.ifPresent(kept -> kept.responseBody(held));
            try {
                held.skipBytes(responseBody.follow(held, content));
            } catch (ProxyException wrong) {
                content.release();
                throw wrong;
            }
            answer(content);
        } else {
            int n = responseBody.follow(held);
            if (record.isPresent()) {
                record.get().responseBody(held.slice(held.readerIndex(), n));
            }
            if (n == held.readableBytes()) {
                ByteBuf part = held;
                held = Unpooled.EMPTY_BUFFER;
                answer(part);
            } else {
                answer(held.readRetainedSlice(n));
            }
        }
        if (over) {
            return false;
        }
        if (responseBody.done()) {
            finish();
        } else if (client.writeQueueFull()) {
            holdTarget();
        }
        return true;
    }

    private void holdTarget() {
        client.flush();
        if (!over && client.writeQueueFull()) {
            upstream.stream().demand(false);
        }
    }

    void batchFromTarget() {
        if (!over && answerBegun) {
            client.flush();
            if (responseBody != null) {
                limitTime();
            }
        }
    }

    void targetEnded(Throwable cause) {
        if (over) {
            return;
        }
        if (responseBody != null && responseBody.framing() == HttpBody.Framing.UNTIL_CLOSE && cause == null) {
            finish();
        } else if (isStale()) {
            retried = true;
            upstream.close();
            upstream = null;
            dial();
        } else {
            String when = responseBody == null ? "before its response" : "within its response";
            fail(ProxyException.upstream(
                    ProxyException.Kind.CLOSED,
                    address + ": closed " + when + (cause == null ? "" : " (" + cause.getMessage() + ")")));
        }
    }

    /** Whether the target closed an idle connection just when it was used again: what was asked for may then be asked again elsewhere. */
    private boolean isStale() {
        return upstream.reused()
                && !retried
                && !answerBegun
                && !held.isReadable()
                && request.idempotent()
                && requestBody.framing() == HttpBody.Framing.NONE;
    }

    private void upgrade(HttpResponse head) {
        Optional<String> wanted = Forwarding.upgrade(request.fields());
        boolean agreed = wanted.isPresent()
                && requestBody.done()
                && Forwarding.upgrade(head.fields())
                        .filter(wanted.get()::equalsIgnoreCase)
                        .isPresent();
        if (!agreed) {
            throw ProxyException.protocol("response 101 to "
                    + Forwarding.upgrade(head.fields()).orElse("nothing") + " (expected: to "
                    + wanted.orElse("none at all") + ")");
        }
        record.ifPresent(kept -> kept.response(head));
        answer(Forwarding.switching(head));
        client.flush();
        if (over) {
            return;
        }
        over = true;
        ByteBuf rest = held;
        held = Unpooled.EMPTY_BUFFER;
        Stream other = upstream.stream();
        other.detach(rest);
        Stream own = conversation.detach();
        Future<Void> end = Link.join(own, other, session.relaying().idleAfter(options.idleTimeout()));
        end.onComplete(done -> conversation.handler().scope().journal().close(session, done));
        conversation.detached(end, null);
    }

    // --- the end

    private void finish() {
        boolean whole = requestBody.done();
        boolean again =
                whole && !held.isReadable() && options.keepalive() && Forwarding.reusable(response, responseBody);
        over(null);
        client.flush();
        Upstream done = upstream;
        if (!again) {
            leave(false);
        } else if (Forwarding.boundToConnection(request, response)) {
            upstream = null;
            done.rest(System.nanoTime());
            conversation.bind(done);
        } else {
            upstream = null;
            conversation.handler().pool().give(done);
        }
        conversation.answered(persists && whole);
    }

    void late() {
        String what = responseBody == null
                ? "no response within " + millis(options.readTimeout())
                : "idle for " + millis(options.idleTimeout());
        fail(ProxyException.upstream(ProxyException.Kind.TIMEOUT, address + ": " + what));
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }

    void fail(ProxyException why) {
        if (over) {
            return;
        }
        if (responseBody == null) {
            noteFailure(why);
        }
        over(why);
        leave(true);
        if (responseBody == null) {
            conversation.part(failure(why), null);
        } else if (responseBody.framing() == HttpBody.Framing.UNTIL_CLOSE
                || (request.minor() == 0 && responseBody.framing() == HttpBody.Framing.CHUNKED)) {
            // Where the end of the connection is the end of the body, half of it must not be taken for the whole.
            client.abort();
            conversation.end(null);
        } else {
            conversation.part(Unpooled.EMPTY_BUFFER, null);
        }
    }

    private int status(ProxyException why) {
        return options.front().isPresent() ? options.front().get().status(why) : Answers.status(why);
    }

    private void noteFailure(ProxyException why) {
        session.trace().notes().flatMap(Notes::transaction).ifPresent(http -> http.answered(status(why)));
    }

    private ByteBuf failure(ProxyException why) {
        int status = status(why);
        if (options.front().isPresent()) {
            return Answers.failed(request.minor(), status);
        }
        return status == 403 && conversation.isFirst()
                ? conversation.handler().answers().refusal(status)
                : Answers.failed(request.minor(), status);
    }

    private void over(ProxyException why) {
        over = true;
        held.release();
        held = Unpooled.EMPTY_BUFFER;
        conversation
                .handler()
                .scope()
                .journal()
                .close(session, why == null ? Future.succeededFuture() : Future.failedFuture(why));
    }

    private void leave(boolean atOnce) {
        if (upstream != null) {
            if (atOnce) {
                upstream.abort();
            } else {
                upstream.close();
            }
            upstream = null;
        }
    }
}
