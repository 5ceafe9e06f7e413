package io.warren.service;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.spi.Admission;
import io.warren.spi.Authenticator;
import io.warren.spi.Bypass;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Forwarder;
import io.warren.spi.Handler;
import io.warren.spi.Ingress;
import io.warren.spi.Limits;
import io.warren.spi.Listener;
import io.warren.spi.Records;
import io.warren.spi.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * All that a service is, read and checked, before anything runs. Shared by its instances, one of which runs on each event loop.
 *
 * @param address where the listener listens; the port as configured
 * @param listener makes an instance's listener
 * @param handlers makes handlers by catalogue name, all with the settings of this service's handler
 * @param handler the name of the one that serves
 * @param handlerEgress makes an instance's way out, and deploys what it consists of; called on its context
 * @param listenerEgress likewise for a listener that binds at a far end
 * @param admission who may come in
 * @param limits how much its clients may have
 * @param ingress which host names lead to tunnels, for a handler that asks
 * @param bypass destinations that are refused, asked again for each datagram of an association
 * @param proxyProtocol whether clients are expected behind a PROXY header
 * @param activity where the sessions can be seen
 * @param records what is written down of them, and where
 */
public record ServicePlan(
        String name,
        Address address,
        Function<Scope, Listener> listener,
        Map<String, Function<Scope, Handler>> handlers,
        String handler,
        Function<Scope, Future<Egress>> handlerEgress,
        Function<Scope, Future<Egress>> listenerEgress,
        Optional<Authenticator> authenticator,
        Optional<Forwarder> forwarder,
        Optional<Ingress> ingress,
        DialOptions dial,
        Admission admission,
        Limits limits,
        Bypass bypass,
        boolean proxyProtocol,
        Directory directory,
        Activity activity,
        Records records) {}
