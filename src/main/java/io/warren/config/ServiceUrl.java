package io.warren.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One {@code -L}: the services that it stands for. */
final class ServiceUrl {
    private static final List<String> SCOPES = List.of("service.", "handler.", "listener.");

    private final Position at;
    private final String worker;
    private final GoUrl url;
    private final Schemes schemes;
    private final Parameters parameters;
    private final NamedObjects objects;

    /**
     * @param worker prefix of target names in a child of the multi-process mode, else empty
     * @throws IllegalArgumentException what is wrong with the URL
     */
    ServiceUrl(String source, String text, String worker, NamedObjects objects) {
        this.at = Position.of(source);
        this.worker = worker;
        this.objects = objects;
        String full = GoUrl.withScheme(text);
        int start = full.indexOf("://") + 3;
        int end = start;
        while (end < full.length() && full.charAt(end) != '/' && full.charAt(end) != '?') {
            end++;
        }
        int host = Math.max(start, full.lastIndexOf('@', end - 1) + 1);
        // Cut out before the URL is parsed: a range of ports or the name of a serial port is no host to a URL parser.
        this.url =
                GoUrl.normalise(full.substring(0, host) + full.substring(end)).withHost(full.substring(host, end));
        this.schemes = new Schemes(url.scheme());
        this.parameters = new Parameters(source, url.query());
    }

    /** @param first number of the first one, for its name */
    List<Mapping> services(int first, boolean chained) {
        boolean path = schemes.isPath() && url.host().isEmpty();
        List<String> addresses = path && !url.path().isEmpty() ? List.of(url.path()) : PortRange.addresses(url.host());
        List<String> targets = path ? List.of() : targets();
        String listener = schemes.listener();
        String handler = targets.isEmpty() ? schemes.handler() : Schemes.forwarding(schemes.handler(), listener);
        if (listener.equals("stdio") && targets.isEmpty() && !url.host().isEmpty()) {
            targets = List.of(url.host());
            handler = handler.equals("auto") ? "tcp" : handler;
        }
        Optional<Mapping> auth = UrlAuth.of(url, parameters, at);
        parameters.remove("auth");
        Fields tls = UrlKeys.tlsFiles(parameters, at);
        boolean certificate = UrlKeys.hasCertificate(parameters);
        UrlKeys.removeTlsFiles(parameters);
        promote();
        Optional<Mapping> selector = UrlKeys.selector(parameters, at);

        List<Mapping> services = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            boolean authAtListener = listener.equals("ssh") || listener.equals("sshd");
            boolean chainAtListener = listener.equals("rtcp") || listener.equals("rudp") || listener.equals("runix");
            Parameters handlerKeys = parameters.scope("handler.", SCOPES);
            Fields service =
                    new Fields(at).text("name", "service-" + (first + i)).text("addr", addresses.get(i));
            long retries = handlerKeys.integer("retries");
            Position retriesAt = handlerKeys.at("retries");
            referTo(service, handlerKeys);
            service.node(
                    "handler",
                    at,
                    new Fields(at)
                            .text("type", handler)
                            .number("retries", retriesAt, Math.max(retries, 0))
                            .text("chain", chained && !chainAtListener ? "chain-0" : "")
                            .section("auth", auth.filter(a -> !authAtListener))
                            .section("metadata", handlerKeys.metadata())
                            .build());
            service.node(
                    "listener",
                    at,
                    new Fields(at)
                            .text("type", listener)
                            .text("chain", chained && chainAtListener ? "chain-0" : "")
                            .section("auth", auth.filter(a -> authAtListener))
                            .section("tls", Optional.of(tls.build()).filter(t -> certificate))
                            .section(
                                    "metadata",
                                    parameters.scope("listener.", SCOPES).metadata())
                            .build());
            forwarder(targets, i, addresses.size(), selector).ifPresent(f -> service.node("forwarder", at, f));
            service.section("metadata", parameters.scope("service.", SCOPES).metadata());
            services.add(service.build());
        }
        return services;
    }

    private List<String> targets() {
        String path = url.path().replaceAll("^/+|/+$", "");
        return path.isEmpty()
                ? List.of()
                : Arrays.stream(path.split(",", -1))
                        .flatMap(t -> PortRange.addresses(t).stream())
                        .toList();
    }

    private void promote() {
        if (!parameters.text("dns").isEmpty()) {
            Position dns = parameters.at("dns");
            parameters.put(
                    "dns",
                    new Sequence(
                            dns,
                            Arrays.stream(parameters.text("dns").split(",", -1))
                                    .map(server -> (Node) new Scalar(dns, server))
                                    .toList()));
        }
        parameters.moveText("interface", "service.interface");
        parameters.moveNumber("so_mark", "service.so_mark");
        parameters.moveNumber("proxyProtocol", "service.proxyProtocol");
        parameters.moveText("netns", "service.netns");
        parameters.moveText("netns.out", "service.netns.out");
    }

    /** Turns keys of the handler into objects of their own, and uses them up there; the copies in the other maps stay, as in gost. */
    private void referTo(Fields service, Parameters from) {
        if (from.integer("retries") > 0) {
            from.remove("retries");
        }
        service.section("admission", objects.matchers("admissions", "admission", from));
        service.section("bypass", objects.matchers("bypasses", "bypass", from));
        service.section("resolver", objects.resolver(from, from.text("prefer")));
        service.section("hosts", objects.hosts(from));
        for (String used : List.of("admission", "bypass", "resolver", "hosts")) {
            if (!from.text(used).isEmpty()) {
                from.remove(used);
            }
        }
        trafficLimiter(from).ifPresent(name -> service.node("limiter", name.position(), name));
        if (from.integer("climiter") > 0) {
            Position limit = from.at("climiter");
            service.node(
                    "climiter",
                    limit,
                    objects.limits("climiters", "climiter", limit, List.of("$ " + from.integer("climiter"))));
            from.remove("climiter");
        }
        if (from.decimal("rlimiter") > 0) {
            Position limit = from.at("rlimiter");
            String rate = new Scalar(limit, from.decimal("rlimiter")).text();
            service.node("rlimiter", limit, objects.limits("rlimiters", "rlimiter", limit, List.of("$ " + rate)));
            from.remove("rlimiter");
        }
    }

    private Optional<Scalar> trafficLimiter(Parameters from) {
        List<String> lines = new ArrayList<>();
        String in = from.text("limiter.in");
        String out = from.text("limiter.out");
        String connIn = from.text("limiter.conn.in");
        String connOut = from.text("limiter.conn.out");
        if (!in.isEmpty() || !out.isEmpty()) {
            lines.add("$ " + in + " " + out);
        }
        if (!connIn.isEmpty() || !connOut.isEmpty()) {
            lines.add("$$ " + connIn + " " + connOut);
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Position limit = from.at("limiter.in", "limiter.out", "limiter.conn.in", "limiter.conn.out");
        from.remove("limiter.in", "limiter.out", "limiter.conn.in", "limiter.conn.out");
        return Optional.of(objects.limits("limiters", "limiter", limit, lines));
    }

    /** One service forwards to all targets, several to one each; with a single target all to that one. */
    private Optional<Mapping> forwarder(List<String> targets, int index, int services, Optional<Mapping> selector) {
        List<Mapping> nodes = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            if (services == 1 || targets.size() == 1 || i == index) {
                nodes.add(new Fields(at)
                        .text("name", worker + "target-" + i)
                        .text("addr", targets.get(i))
                        .build());
            }
        }
        return nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Fields(at)
                        .section("selector", selector)
                        .list("nodes", at, nodes)
                        .build());
    }
}
