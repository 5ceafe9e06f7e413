package io.warren.catalog;

import io.warren.protocol.auto.Auto;
import io.warren.protocol.direct.Direct;
import io.warren.protocol.forward.Forward;
import io.warren.protocol.http.Http;
import io.warren.protocol.relay.Relay;
import io.warren.protocol.socks.Socks4;
import io.warren.protocol.socks.Socks5;
import io.warren.protocol.tunnel.Tunnel;
import io.warren.spi.Connector;
import io.warren.spi.Dialer;
import io.warren.spi.Entrance;
import io.warren.spi.Handler;
import io.warren.spi.Listener;
import io.warren.spi.Protocol;
import io.warren.spi.Settings;
import io.warren.spi.Transport;
import io.warren.transport.reverse.Reverse;
import io.warren.transport.tcp.OnTcp;
import io.warren.transport.tcp.Tcp;
import io.warren.transport.udp.Udp;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** The lists that everything else iterates: configuration, command line help, contract tests. One line adds a transport or a protocol. */
public record Catalog(List<Transport> transports, List<Protocol> protocols) {
    /** All that this version has. */
    public static final Catalog ALL = new Catalog(
            List.of(
                    Tcp.TRANSPORT,
                    OnTcp.TLS,
                    OnTcp.MTLS,
                    OnTcp.MTCP,
                    OnTcp.WS,
                    OnTcp.WSS,
                    OnTcp.MWS,
                    OnTcp.MWSS,
                    Udp.TRANSPORT,
                    Reverse.TCP,
                    Reverse.UDP,
                    Direct.TRANSPORT),
            List.of(
                    Auto.PROTOCOL,
                    Http.PROTOCOL,
                    Socks5.PROTOCOL,
                    Socks4.PROTOCOL,
                    Relay.PROTOCOL,
                    Tunnel.protocol(Http.FRONT),
                    Forward.TCP,
                    Forward.UDP,
                    Forward.REMOTE,
                    Direct.PROTOCOL));

    /** The same and more, for tests that bring their own. */
    public Catalog with(List<Transport> moreTransports, List<Protocol> moreProtocols) {
        return new Catalog(
                Stream.concat(transports.stream(), moreTransports.stream()).toList(),
                Stream.concat(protocols.stream(), moreProtocols.stream()).toList());
    }

    public Optional<Protocol.Factory<Listener>> listener(String type) {
        return find(transports, Transport::names, type).flatMap(Transport::listener);
    }

    public Optional<Protocol.Factory<Dialer>> dialer(String type) {
        return find(transports, Transport::names, type).flatMap(Transport::dialer);
    }

    public Optional<Protocol.Factory<Handler>> handler(String type) {
        return find(protocols, Protocol::names, type).flatMap(Protocol::handler);
    }

    public Optional<Protocol.Factory<Connector>> connector(String type) {
        return find(protocols, Protocol::names, type).flatMap(Protocol::connector);
    }

    /** The further ports that the section of a handler of that type asks for. */
    public List<Entrance> entrances(String type, Settings handler) {
        return find(protocols, Protocol::names, type)
                .map(protocol -> protocol.entrances().apply(handler))
                .orElse(List.of());
    }

    /** The handlers that {@code type} deploys besides itself. */
    public List<String> handsOnTo(String type) {
        return find(protocols, Protocol::names, type).map(Protocol::handsOnTo).orElse(List.of());
    }

    public Set<String> listeners() {
        return names(transports.stream().filter(t -> t.listener().isPresent()).map(Transport::names));
    }

    public Set<String> dialers() {
        return names(transports.stream().filter(t -> t.dialer().isPresent()).map(Transport::names));
    }

    public Set<String> handlers() {
        return names(protocols.stream().filter(p -> p.handler().isPresent()).map(Protocol::names));
    }

    public Set<String> connectors() {
        return names(protocols.stream().filter(p -> p.connector().isPresent()).map(Protocol::names));
    }

    private static <T> Optional<T> find(List<T> all, Function<T, List<String>> names, String type) {
        return all.stream().filter(entry -> names.apply(entry).contains(type)).findFirst();
    }

    private static Set<String> names(Stream<List<String>> lists) {
        return new TreeSet<>(lists.flatMap(List::stream).toList());
    }
}
