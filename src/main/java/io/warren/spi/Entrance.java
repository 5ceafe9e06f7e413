package io.warren.spi;

import io.warren.net.Address;
import java.util.Map;
import java.util.function.Function;

/**
 * A further port that a handler's section asks for. It becomes a TCP service of its own, with the admission, the bypass and the directory of its
 * handler's.
 *
 * @param rules the section that says which ingress it goes by
 * @param proxyProtocol whether clients are expected behind a PROXY header
 * @param handlers makes its handlers by name
 * @param handler the name of the one that serves
 */
public record Entrance(
        Address address,
        Settings rules,
        boolean proxyProtocol,
        Map<String, Function<Scope, Handler>> handlers,
        String handler) {}
