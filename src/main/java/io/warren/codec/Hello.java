package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;
import io.warren.spi.Agent;
import io.warren.spi.Login;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a Warren agent and the member at which it binds tell each other, inside whatever their protocol has room for that others skip. Type, length,
 * text, any number of times; types that a later version adds are skipped.
 *
 * @param agent who logs in; of a member none
 * @param elsewhere members at which the agent does not want another session
 * @param member who answers; of an agent none
 * @param version of the agent's program
 * @param reason why the member refuses what was asked
 * @param signals whether the sender knows signals among datagrams
 */
public record Hello(
        Optional<Agent> agent,
        List<String> elsewhere,
        Optional<String> version,
        Optional<String> member,
        Optional<String> reason,
        boolean signals) {
    private static final int AGENT = 1;
    private static final int ELSEWHERE = 2;
    private static final int MEMBER = 3;
    private static final int REASON = 4;
    private static final int SIGNALS = 5;
    private static final int VERSION = 6;
    private static final Pattern VERSIONS = Pattern.compile("[\\w.+-]{1,40}");
    private static final int MAX_TEXT = 1024;
    /** In characters, of which each may be three bytes. */
    private static final int MAX_REASON = 256;

    private static final int MAX_ELSEWHERE = 16;

    public Hello(
            Optional<Agent> agent,
            List<String> elsewhere,
            Optional<String> version,
            Optional<String> member,
            Optional<String> reason,
            boolean signals) {
        this.agent = agent;
        this.version = version;
        this.elsewhere = List.copyOf(elsewhere);
        this.member = member;
        this.reason = reason;
        this.signals = signals;
    }

    public static Hello of(Login login) {
        return new Hello(
                Optional.of(login.agent()),
                login.elsewhere().stream().limit(MAX_ELSEWHERE).toList(),
                Optional.of(login.version()).filter(text -> !text.isEmpty()),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    public static Hello of(String member) {
        return new Hello(Optional.empty(), List.of(), Optional.empty(), Optional.of(member), Optional.empty(), false);
    }

    /** With why what was asked is refused; of a long text the beginning. */
    public Hello because(String why) {
        String beginning = why.substring(0, Math.min(why.length(), MAX_REASON));
        return new Hello(agent, elsewhere, version, member, Optional.of(beginning), signals);
    }

    /** With whether signals may be sent. */
    public Hello signalling(boolean known) {
        return new Hello(agent, elsewhere, version, member, reason, known);
    }

    /** What an agent said. */
    public Optional<Login> login() {
        return agent.map(who -> new Login(who, Set.copyOf(elsewhere), version.orElse("")));
    }

    public void encode(ByteBuf out) {
        agent.ifPresent(who -> write(out, AGENT, who.toString()));
        elsewhere.forEach(id -> write(out, ELSEWHERE, id));
        version.ifPresent(text -> write(out, VERSION, text));
        member.ifPresent(id -> write(out, MEMBER, id));
        reason.ifPresent(why -> write(out, REASON, why));
        if (signals) {
            write(out, SIGNALS, "");
        }
    }

    private static void write(ByteBuf out, int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT) {
            throw ProxyException.unsupported(
                    "a name of " + bytes.length + " bytes (expected: at most " + MAX_TEXT + ")");
        }
        out.writeByte(type).writeShort(bytes.length).writeBytes(bytes);
    }

    /**
     * Reads all of {@code in}.
     *
     * @throws ProxyException PROTOCOL when it is cut off or longer than anybody writes
     */
    public static Hello decode(ByteBuf in) {
        Optional<Agent> agent = Optional.empty();
        Optional<String> version = Optional.empty();
        Optional<String> member = Optional.empty();
        Optional<String> reason = Optional.empty();
        List<String> elsewhere = new ArrayList<>();
        boolean signals = false;
        while (in.isReadable()) {
            int left = in.readableBytes();
            int length = left < 3 ? 0 : in.getUnsignedShort(in.readerIndex() + 1);
            if (left < 3 + length || length > MAX_TEXT) {
                throw ProxyException.protocol("hello with " + left + " bytes left for a text of " + length);
            }
            int type = in.readUnsignedByte();
            String text = in.skipBytes(2)
                    .readCharSequence(length, StandardCharsets.UTF_8)
                    .toString();
            if (type == AGENT) {
                agent = Agent.parse(text);
            } else if (type == MEMBER) {
                member = Optional.of(text);
            } else if (type == REASON) {
                reason = Optional.of(text);
            } else if (type == SIGNALS) {
                signals = true;
            } else if (type == VERSION) {
                // It is shown to people.
                version = Optional.of(text).filter(v -> VERSIONS.matcher(v).matches());
            } else if (type == ELSEWHERE && elsewhere.size() < MAX_ELSEWHERE) {
                elsewhere.add(text);
            }
        }
        return new Hello(agent, elsewhere, version, member, reason, signals);
    }
}
