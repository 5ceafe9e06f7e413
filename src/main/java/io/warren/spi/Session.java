package io.warren.spi;

import io.warren.net.Address;
import io.warren.net.Meter;
import io.warren.net.Relaying;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One client's use of one service, from arrival to end. A datagram flow of one client is a session, a stream of a mux is one, and so is each request of
 * a plain HTTP connection.
 *
 * @param sid short and unique enough to find a session in the log
 * @param client who is served: behind a PROXY header, the address that it names
 * @param local the address that the client reached
 * @param hashSource what a hash selector hashes when nobody logged in
 */
public record Session(
        String sid, String service, Instant start, Address client, Address local, String hashSource, Trace trace) {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    public static Session of(String service, Address client, Address local) {
        return new Session(newSid(), service, Instant.now(), client, local, client.host(), new Trace(new Meter()));
    }

    /** One request of a connection that carries several: an id of its own, the same client and user. */
    public Session child() {
        return new Session(newSid(), service, Instant.now(), client, local, hashSource, trace.child());
    }

    /** Something within it that is seen passing, for a record of its own. Its bytes are counted apart. */
    public Session part() {
        return new Session(sid, service, Instant.now(), client, local, hashSource, trace.part());
    }

    /** The same session for a hash selector that goes by {@code source}. */
    public Session hashing(String source) {
        return new Session(sid, service, start, client, local, source, trace);
    }

    /** The same session of a client that turned out to be another one, as a PROXY header says. */
    public Session from(Address realClient, Address reached) {
        return new Session(sid, service, start, realClient, reached, realClient.host(), trace);
    }

    /** How its client is joined with whoever it asked for: counted and limited. */
    public Relaying relaying() {
        return Relaying.counting(trace.meter()).paced(trace.paces());
    }

    private static String newSid() {
        long bits = ThreadLocalRandom.current().nextLong();
        char[] text = new char[8];
        for (int i = 0; i < text.length; i++, bits >>>= 5) {
            text[i] = DIGITS.charAt((int) (bits & 31));
        }
        return new String(text);
    }
}
