package io.warren.boot;

import io.vertx.core.Future;
import io.warren.catalog.Catalog;
import io.warren.cluster.ClusterOptions;
import io.warren.console.ApiOptions;
import io.warren.console.ConsoleOptions;
import io.warren.console.MetricsOptions;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.ProxyException;
import io.warren.relay.Direct;
import io.warren.route.Recorded;
import io.warren.route.Router;
import io.warren.service.Activity;
import io.warren.service.AllowedEndpoints;
import io.warren.service.ServicePlan;
import io.warren.spi.Authenticator;
import io.warren.spi.Bypass;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Forwarder;
import io.warren.spi.Handler;
import io.warren.spi.Protocol;
import io.warren.spi.Records;
import io.warren.spi.Scope;
import io.warren.spi.Settings;
import io.warren.transport.tcp.Tcp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads a configuration into a plan. Starts nothing; all that is wrong is reported to the settings. */
final class Blueprint {
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(15);
    private static final int AGENT_RETRIES = 2;

    /** For a service whose handlers bring their own way out. */
    private static final Egress NOWHERE =
            Egress.failing(() -> ProxyException.unsupported("a way out of an entry point"));

    private final Catalog catalog;
    private final Objects objects;
    private final Directory directory;
    private final Activity activity;

    Blueprint(Catalog catalog, Objects objects, Directory directory, Activity activity) {
        this.catalog = catalog;
        this.objects = objects;
        this.directory = directory;
        this.activity = activity;
    }

    Plan read(Settings root) {
        List<Plan.Planned> services = new ArrayList<>();
        List<Settings> sections = root.list("services");
        for (int i = 0; i < sections.size(); i++) {
            Settings section = sections.get(i);
            // gost binds the port of a service without a name and never serves it.
            service(section, section.text("service-" + i, "name")).ifPresent(planned -> {
                services.add(planned);
                services.addAll(entrances(planned, section.section("handler")));
            });
        }
        return new Plan(
                services,
                objects.policies(),
                membership(root.section("cluster")),
                api(root.section("api")),
                metrics(root.section("metrics")),
                console(root.section("console")),
                counting(root));
    }

    private static Optional<ConsoleOptions> console(Settings section) {
        return section.present() ? Optional.of(ConsoleOptions.read(section)) : Optional.empty();
    }

    private Optional<Plan.Face<ApiOptions>> api(Settings section) {
        if (!section.present()) {
            return Optional.empty();
        }
        Plan.Face<ApiOptions> face =
                new Plan.Face<>(ApiOptions.read(section), objects.policies().either(section));
        Address address = face.options().address();
        if (face.authenticator().isEmpty() && !address.isUnix() && !address.isLoopback()) {
            section.warning("addr", "everybody who reaches it may change everything: neither auth nor auther");
        }
        return Optional.of(face);
    }

    private Optional<Plan.Face<MetricsOptions>> metrics(Settings section) {
        return section.present()
                ? Optional.of(new Plan.Face<>(
                        MetricsOptions.read(section), objects.policies().instead(section)))
                : Optional.empty();
    }

    /** Whether anybody shows metrics: the section, or a service with that handler. */
    static boolean counting(Settings root) {
        return root.section("metrics").present()
                || root.list("services").stream()
                        .anyMatch(service ->
                                service.section("handler").text("", "type").equals(WebHandlers.METRICS));
    }

    private static Optional<Plan.Membership> membership(Settings cluster) {
        return cluster.present()
                ? Optional.of(new Plan.Membership(ClusterOptions.read(cluster), cluster.fingerprint()))
                : Optional.empty();
    }

    private Optional<Plan.Planned> service(Settings section, String name) {
        Settings handler = section.section("handler");
        Settings listener = section.section("listener");
        Settings metadata = section.metadata();
        DialOptions dial = DialOptions.DEFAULT
                .from(metadata.text(section.text("", "interface"), "interface"), mark(section, metadata))
                .within(metadata.duration(DIAL_TIMEOUT, "dialTimeout"));
        boolean ignoreChain = metadata.flag(false, "ignoreChain");
        int retries = Math.max(0, handler.integer(0, Integer.MIN_VALUE, Integer.MAX_VALUE, "retries"));

        Policies policies = objects.policies();
        Policies.Names names = policies.names(section);
        Bypass bypass = policies.bypass(section);
        Router.Rules routing = new Router.Rules(bypass, names.hosts(), names.resolver(), retries, dial.timeout());
        // An agent whose node is gone asks the next one in the same attempt, not after the back-off.
        Router.Rules bare =
                new Router.Rules(target -> false, names.hosts(), names.resolver(), AGENT_RETRIES, dial.timeout());

        String listenerType = listener.text("tcp", "type");
        String handlerType = handler.text("auto", "type");
        Optional<Function<Scope, io.warren.spi.Listener>> makeListener =
                known(listener, listenerType, "listener", catalog.listener(listenerType), catalog.listeners());
        Optional<Map<String, Function<Scope, Handler>>> makeHandlers = handlers(handler, handlerType);
        Optional<Address> address = address(section);
        if (makeListener.isEmpty() || makeHandlers.isEmpty() || address.isEmpty()) {
            return Optional.empty();
        }
        Optional<Authenticator> authenticator = policies.authenticator(handler);
        Records records = policies.records(section);
        Function<Scope, Future<Egress>> egress = egress(handler, ignoreChain, dial, routing);
        ServicePlan plan = new ServicePlan(
                name,
                address.get(),
                makeListener.get(),
                makeHandlers.get(),
                handlerType,
                scope -> egress.apply(scope).map(way -> Recorded.around(way, bypass, records)),
                egress(listener, ignoreChain, dial, bare),
                authenticator,
                forwarder(section),
                policies.ingress(handler.metadata(), directory),
                dial,
                policies.admission(section),
                policies.limits(section),
                bypass,
                metadata.integer(0, 0, 2, "proxyProtocol") > 0,
                authenticator
                        .<Directory>map(users -> new AllowedEndpoints(directory, users))
                        .orElse(directory),
                activity,
                records);
        return Optional.of(new Plan.Planned(
                plan,
                name,
                section.fingerprint()
                        + objects.fingerprint(handler.text("", "chain"))
                        + objects.fingerprint(listener.text("", "chain")),
                metadata.flag(false, "enableStats"),
                Watched.read(section, policies)));
    }

    /** The further ports of a service: services of their own. */
    private List<Plan.Planned> entrances(Plan.Planned planned, Settings handler) {
        ServicePlan main = planned.service();
        return catalog.entrances(main.handler(), handler).stream()
                .map(entrance -> new Plan.Planned(
                        new ServicePlan(
                                main.name() + "-ep-" + entrance.address(),
                                entrance.address(),
                                scope -> Tcp.forEntrances(),
                                entrance.handlers(),
                                entrance.handler(),
                                scope -> Future.succeededFuture(NOWHERE),
                                scope -> Future.succeededFuture(NOWHERE),
                                Optional.empty(),
                                Optional.empty(),
                                objects.policies().ingress(entrance.rules(), directory),
                                main.dial(),
                                main.admission(),
                                main.limits(),
                                main.bypass(),
                                entrance.proxyProtocol(),
                                directory,
                                activity,
                                main.records()),
                        main.name(),
                        planned.fingerprint(),
                        planned.stats(),
                        planned.watched()))
                .toList();
    }

    private static int mark(Settings section, Settings metadata) {
        int deprecated = section.section("sockopts").integer(0, 0, Integer.MAX_VALUE, "mark");
        return metadata.integer(deprecated, 0, Integer.MAX_VALUE, "so_mark");
    }

    private Function<Scope, Future<Egress>> egress(
            Settings part, boolean ignoreChain, DialOptions dial, Router.Rules rules) {
        String name = ignoreChain ? "" : part.text("", "chain");
        Optional<ChainPlan> chain = objects.chain(name);
        return scope -> way(scope, name, chain, dial).map(way -> new Router(way, rules));
    }

    // Reached with a missing chain only by who insists on starting all the same: then nothing goes out, least of all
    // directly.
    private static Future<Egress> way(Scope scope, String name, Optional<ChainPlan> chain, DialOptions dial) {
        if (name.isEmpty()) {
            return Future.succeededFuture(new Direct(dial));
        }
        return chain.isPresent()
                ? chain.get().instantiate(scope)
                : Future.succeededFuture((session, target) ->
                        Future.failedFuture(ProxyException.denied("no chain named \"" + name + "\"")));
    }

    private Optional<Forwarder> forwarder(Settings section) {
        Settings forwarder = section.section("forwarder");
        return forwarder.present() ? objects.forwarder(forwarder) : Optional.empty();
    }

    private Optional<Map<String, Function<Scope, Handler>>> handlers(Settings section, String type) {
        Map<String, Function<Scope, Handler>> made = new LinkedHashMap<>();
        List<String> types = new ArrayList<>(List.of(type));
        types.addAll(catalog.handsOnTo(type));
        for (String each : types) {
            Optional<Function<Scope, Handler>> handler =
                    known(section, each, "handler", catalog.handler(each), catalog.handlers());
            if (handler.isEmpty()) {
                return Optional.empty();
            }
            made.put(each, handler.get());
        }
        return Optional.of(made);
    }

    static <T> Optional<Function<Scope, T>> known(
            Settings section,
            String type,
            String kind,
            Optional<Protocol.Factory<T>> factory,
            java.util.Set<String> names) {
        if (factory.isEmpty()) {
            section.problem(
                    "type",
                    "unknown " + kind + " \"" + type + "\" (this version has: " + String.join(", ", names) + ")");
        }
        return factory.map(f -> f.read(section));
    }

    private static Optional<Address> address(Settings section) {
        String text = section.text("", "addr");
        try {
            return Optional.of(text.isEmpty() ? Address.NONE : Address.parse(text, 0));
        } catch (ProxyException e) {
            section.problem("addr", e.getMessage());
            return Optional.empty();
        }
    }
}
