package io.warren.policy.hosts;

import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.policy.Comments;
import io.warren.policy.HostNames;
import io.warren.policy.Source;
import io.warren.spi.HostMapper;
import io.warren.spi.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An entry of {@code hosts}: names and their addresses, inline or as lines {@code IP name [alias...]}. A name with a leading dot stands for the domain and
 * all below it, a lone dot for everything; the longest one that has an entry counts. Names match in any case. Any thread.
 */
public final class HostTable implements HostMapper, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("policy");

    private final Source<Map<String, List<InetAddress>>> table;

    private HostTable(Source<Map<String, List<InetAddress>>> table) {
        this.table = table;
    }

    private record Mapping(InetAddress ip, List<String> names) {}

    /** Reads an entry of {@code hosts}. */
    public static HostTable read(Vertx vertx, Settings section) {
        List<Mapping> inline = new ArrayList<>();
        for (Settings entry : section.list("mappings")) {
            List<String> names = new ArrayList<>();
            names.add(entry.text("", "hostname"));
            names.addAll(entry.texts("aliases"));
            names.removeIf(String::isBlank);
            String ip = entry.text("", "ip");
            Optional<InetAddress> address = parse(ip.trim());
            if (address.isEmpty()) {
                entry.warning("ip", "\"" + ip + "\" is no IP address: the mapping is left out");
            } else {
                inline.add(new Mapping(address.get(), names));
            }
        }
        return new HostTable(Source.read(
                vertx, section, Comments.ANYWHERE, table(inline), true, lines -> table(section.path(), inline, lines)));
    }

    private static Map<String, List<InetAddress>> table(String path, List<Mapping> inline, List<String> lines) {
        List<Mapping> all = new ArrayList<>(inline);
        for (String line : lines) {
            List<String> words = List.of(line.split(" +"));
            Optional<InetAddress> address = parse(words.get(0));
            if (address.isEmpty() || words.size() < 2) {
                LOG.atWarn()
                        .addKeyValue("policy", path)
                        .log("\"{}\" left out (expected: an IP address and names)", line);
            } else {
                all.add(new Mapping(address.get(), words.subList(1, words.size())));
            }
        }
        return table(all);
    }

    private static Map<String, List<InetAddress>> table(List<Mapping> mappings) {
        Map<String, List<InetAddress>> table = new HashMap<>();
        for (Mapping mapping : mappings) {
            for (String name : mapping.names()) {
                List<InetAddress> addresses =
                        table.computeIfAbsent(HostNames.normal(name.trim()), n -> new ArrayList<>(1));
                if (!addresses.contains(mapping.ip())) {
                    addresses.add(mapping.ip());
                }
            }
        }
        table.replaceAll((name, addresses) -> List.copyOf(addresses));
        return Map.copyOf(table);
    }

    private static Optional<InetAddress> parse(String ip) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(ip);
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IP literal of " + bytes.length + " bytes", e);
        }
    }

    /** Completes when the other sources have been read once. */
    public Future<Void> ready() {
        return table.ready();
    }

    @Override
    public Optional<InetAddress> map(String host) {
        List<InetAddress> addresses = addresses(host);
        return addresses.isEmpty() ? Optional.empty() : Optional.of(addresses.get(0));
    }

    /** All addresses of {@code host} in the order of the table; empty when it has none. */
    public List<InetAddress> addresses(String host) {
        Map<String, List<InetAddress>> now = table.get();
        return host.isEmpty() ? List.of() : HostNames.find(now, host).orElseGet(() -> now.getOrDefault(".", List.of()));
    }

    @Override
    public void close() {
        table.close();
    }
}
