package io.warren.protocol.http;

import io.warren.codec.HttpRecord;
import io.warren.codec.HttpRequest;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Destination;
import io.warren.spi.Intent;
import io.warren.spi.Notes;
import io.warren.spi.Session;
import java.time.Duration;

/** Who a client is and what its requests want: logs it in with the first one, and sends each on its way. The order of the rules is gost's. */
final class Reception {
    private final Conversation conversation;
    private final HttpHandler handler;
    private final Session session;
    private boolean loggedIn;

    Reception(Conversation conversation) {
        this.conversation = conversation;
        this.handler = conversation.handler();
        this.session = conversation.session();
        this.loggedIn = handler.scope().authenticator().isEmpty();
    }

    private void note(int status) {
        session.trace().notes().flatMap(Notes::transaction).ifPresent(http -> http.answered(status));
    }

    void malformed(ProxyException wrong) {
        // Whoever has not logged in is not to learn from the answer that this is a proxy.
        if (handler.options().probeResist().isPresent() && !loggedIn) {
            conversation.end(wrong);
        } else {
            conversation.part(handler.answers().badRequest(), wrong);
        }
    }

    void receive(HttpRequest request, Target target) {
        session.trace().notes().ifPresent(notes -> {
            notes.wants("tcp", target.host());
            HttpRecord.begin(notes, request, target.host(), "http");
        });
        if (loggedIn) {
            dispatch(request, target);
            return;
        }
        conversation.logIn();
        ProxyAuthorization given = ProxyAuthorization.of(request);
        conversation
                .onContext(() ->
                        handler.scope().authenticator().get().authenticate(session, given.user(), given.password()))
                .onComplete(done -> {
                    if (!conversation.logsIn()) {
                        return;
                    }
                    if (done.succeeded()) {
                        loggedIn = true;
                        session.trace().user(done.result());
                        dispatch(request, target);
                        conversation.resume();
                    } else {
                        turnAway(request, target, ProxyException.from(done.cause()));
                    }
                });
    }

    private void turnAway(HttpRequest request, Target target, ProxyException why) {
        note(407);
        boolean knocks = handler.options().knock().stream().anyMatch(target.asked()::equalsIgnoreCase);
        if (handler.options().probeResist().isEmpty() || knocks) {
            conversation.part(handler.answers().unauthorized(request), why);
        } else {
            conversation.allow(Duration.ZERO);
            new Decoy(conversation, request, target, why)
                    .show(handler.options().probeResist().get());
        }
    }

    private void dispatch(HttpRequest request, Target target) {
        boolean plain = !request.is("CONNECT") && target.plain();
        boolean connects = request.is("CONNECT") && handler.options().front().isEmpty();
        if (request.is("PRI") || (!plain && !connects)) {
            conversation.part(
                    handler.answers().badRequest(),
                    ProxyException.protocol("request for \"" + request.target() + "\" (expected: http:// and a host)"));
        } else if (target.udp()) {
            relayDatagrams();
        } else {
            Address address;
            try {
                address = target.address();
            } catch (ProxyException wrong) {
                conversation.part(handler.answers().badRequest(), wrong);
                return;
            }
            if (request.is("CONNECT")) {
                tunnel(address);
            } else {
                conversation.exchange(request, target, address);
            }
        }
    }

    private void tunnel(Address address) {
        conversation.handOver(stream -> Intent.Connect.to(
                        handler.routed(session, address),
                        Destination.tcp(address),
                        stream,
                        handler.options()
                                .sniffing()
                                .behind(
                                        new ConnectReply(
                                                session, stream, handler.answers()::established, handler.answers()),
                                        session,
                                        stream,
                                        handler.scope()))
                .idleAfter(handler.options().idleTimeout()));
    }

    private void relayDatagrams() {
        if (!handler.options().udp()) {
            conversation.part(handler.answers().datagrams(false), ProxyException.denied("no udp here (option udp)"));
            return;
        }
        conversation.handOver(stream -> UdpRelay.intent(
                session,
                stream,
                new ConnectReply(session, stream, () -> handler.answers().datagrams(true), handler.answers()),
                handler.options().idleTimeout()));
    }
}
