package io.warren.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One {@code -F}: a hop with a node for each of its addresses. */
final class NodeUrl {
    private static final List<String> SCOPES = List.of("node.", "connector.", "dialer.");

    private final Position at;
    private final GoUrl url;
    private final Schemes schemes;
    private final Parameters parameters;
    private final NamedObjects objects;

    /** @throws IllegalArgumentException what is wrong with the URL */
    NodeUrl(String source, String text, NamedObjects objects) {
        this.at = Position.of(source);
        this.objects = objects;
        if (text.isBlank()) {
            throw new IllegalArgumentException("an empty URL");
        }
        this.url = GoUrl.normalise(text);
        this.schemes = new Schemes(url.scheme());
        this.parameters = new Parameters(source, url.query());
    }

    Mapping hop(int index) {
        Optional<Mapping> selector = UrlKeys.selector(parameters, at);
        Optional<Scalar> bypass = objects.matchers("bypasses", "bypass", parameters);
        Optional<Scalar> resolver = objects.resolver(parameters, "");
        Optional<Scalar> hosts = objects.hosts(parameters);
        for (String used : List.of("bypass", "resolver", "hosts")) {
            if (!parameters.text(used).isEmpty()) {
                parameters.remove(used);
            }
        }
        parameters.moveText("interface", "hop.interface");
        parameters.moveNumber("so_mark", "hop.so_mark");
        parameters.moveNumber("proxyProtocol", "hop.proxyProtocol");
        // Filled before credentials and TLS keys are used up: gost leaves copies of them here.
        Mapping metadata = parameters.scope("hop.", SCOPES).metadata();
        parameters.removeScope("hop.");
        Fields hop = new Fields(at)
                .text("name", "hop-" + index)
                .section("selector", selector)
                .section("bypass", bypass)
                .section("resolver", resolver)
                .section("hosts", hosts);
        return hop.list("nodes", at, nodes()).section("metadata", metadata).build();
    }

    private List<Mapping> nodes() {
        String dialer = schemes.dialer();
        Optional<Mapping> auth = UrlAuth.of(url, parameters, at);
        boolean authAtDialer = dialer.equals("ssh") || dialer.equals("sshd");
        parameters.remove("auth");
        Mapping tls = tls();
        String path = schemes.isPath() && url.host().isEmpty() ? url.path() : url.host();
        List<Mapping> nodes = new ArrayList<>();
        for (String address : path.split(",", -1)) {
            if (!address.isEmpty()) {
                nodes.add(new Fields(at)
                        .text("name", "node-" + nodes.size())
                        .text("addr", address)
                        .node(
                                "connector",
                                at,
                                new Fields(at)
                                        .text("type", schemes.connector())
                                        .section("auth", auth.filter(a -> !authAtDialer))
                                        .section(
                                                "metadata",
                                                parameters
                                                        .scope("connector.", SCOPES)
                                                        .metadata())
                                        .build())
                        .node(
                                "dialer",
                                at,
                                new Fields(at)
                                        .text("type", dialer)
                                        .section("auth", auth.filter(a -> authAtDialer))
                                        .section("tls", tls)
                                        .section(
                                                "metadata",
                                                parameters
                                                        .scope("dialer.", SCOPES)
                                                        .metadata())
                                        .build())
                        .section("metadata", parameters.scope("node.", SCOPES).metadata())
                        .build());
            }
        }
        return nodes;
    }

    private Mapping tls() {
        Fields tls = UrlKeys.tlsFiles(parameters, at);
        tls.flag("secure", parameters.at("tls.secure", "secure"), parameters.flag("tls.secure", "secure"));
        String name = parameters.text("tls.servername", "servername");
        Position nameAt = parameters.at("tls.servername", "servername");
        tls.text("serverName", nameAt, name.isEmpty() ? url.hostname() : name);
        UrlKeys.removeTlsFiles(parameters);
        parameters.remove("tls.secure", "secure", "tls.servername", "serverName");
        return tls.build();
    }
}
