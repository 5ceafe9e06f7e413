package io.warren.policy.admission;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.IpSet;
import io.warren.policy.Comments;
import io.warren.policy.Source;
import io.warren.spi.Admission;
import io.warren.spi.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An entry of {@code admissions}: IPs, CIDR blocks, and names, which stand for the addresses they have when the list is loaded. A list denies whom it
 * contains; a whitelist denies everybody else. Any thread.
 */
public final class ClientList implements Admission, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("policy");

    private final boolean whitelist;
    private final Source<IpSet> listed;

    private ClientList(boolean whitelist, Source<IpSet> listed) {
        this.whitelist = whitelist;
        this.listed = listed;
    }

    /** Reads an entry of {@code admissions}. Names among the inline matchers count as soon as they are resolved; see {@link #ready}. */
    public static ClientList read(Vertx vertx, Settings section) {
        boolean reverse = section.flag(false, "reverse");
        boolean whitelist = section.flag(false, "whitelist") || reverse;
        List<String> matchers = section.texts("matchers").stream()
                .map(String::trim)
                .filter(m -> !m.isEmpty())
                .toList();
        IpSet.Builder literals = IpSet.builder();
        boolean whole = true;
        for (String matcher : matchers) {
            whole &= literals.add(matcher);
        }
        return new ClientList(
                whitelist,
                Source.read(
                        vertx,
                        section,
                        Comments.ANYWHERE,
                        literals.build(),
                        whole,
                        lines -> resolve(section.path(), Stream.concat(matchers.stream(), lines.stream()))));
    }

    private static IpSet resolve(String path, Stream<String> matchers) {
        IpSet.Builder set = IpSet.builder();
        matchers.filter(matcher -> !set.add(matcher)).forEach(name -> {
            try {
                for (InetAddress address : InetAddress.getAllByName(name)) {
                    set.add(address);
                }
            } catch (UnknownHostException e) {
                LOG.atWarn()
                        .addKeyValue("policy", path)
                        .log("\"{}\" is no IP or CIDR block, and no name with an address", name);
            }
        });
        return set.build();
    }

    /** Completes when names are resolved and the other sources have been read once. */
    public Future<Void> ready() {
        return listed.ready();
    }

    @Override
    public boolean admits(Address client) {
        return listed.get().contains(client) == whitelist;
    }

    @Override
    public void close() {
        listed.close();
    }
}
