package io.warren.protocol.tunnel;

import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Entrance;
import io.warren.spi.Handler;
import io.warren.spi.Protocol;
import io.warren.spi.Scope;
import io.warren.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The ports for visitors without a tunnel connector, as a handler's section has them: {@code entrypoint}, and more in {@code entrypoints}. */
final class Entrypoints {
    private Entrypoints() {}

    static List<Entrance> read(Settings handler, Protocol.Factory<Handler> web) {
        Settings metadata = handler.metadata();
        boolean proxyProtocol = metadata.integer(0, 0, 2, "entrypoint.ProxyProtocol") > 0;
        Function<Scope, Handler> sites = web.read(handler);
        Map<String, Function<Scope, Handler>> handlers = Map.of(
                "entrypoint",
                EntrypointHandler::new,
                EntrypointHandler.WEB,
                scope -> sites.apply(scope.withEgress(new Sites(scope.directory(), scope.ingress()))));
        List<Entrance> entrances = new ArrayList<>();
        address(metadata, "entrypoint")
                .ifPresent(address ->
                        entrances.add(new Entrance(address, metadata, proxyProtocol, handlers, "entrypoint")));
        for (Settings more : metadata.list("entrypoints")) {
            address(more, "addr")
                    .ifPresent(address ->
                            entrances.add(new Entrance(address, more, proxyProtocol, handlers, "entrypoint")));
            if (more.text("", "ingress").isEmpty() && more.present()) {
                more.warning("ingress", "an entry point without an ingress leads nowhere");
            }
        }
        return entrances;
    }

    private static Optional<Address> address(Settings section, String key) {
        String text = section.text("", key);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Address.parse(text, 0));
        } catch (ProxyException e) {
            section.problem(key, e.getMessage());
            return Optional.empty();
        }
    }
}
