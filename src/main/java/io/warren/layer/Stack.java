package io.warren.layer;

import io.warren.spi.Layer;
import io.warren.spi.Protocol;
import io.warren.spi.Scope;
import io.warren.spi.Settings;
import io.warren.spi.Transport;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Transports made of a transport below and one layer. All of a stack reads its options from the same section. */
public final class Stack {
    private Stack() {}

    /**
     * @param listening makes the layer of a listener from its section; read at once, made for each event loop
     * @param dialing the same for a dialer
     */
    public static Transport of(
            String name, Transport below, Protocol.Factory<Layer> listening, Protocol.Factory<Layer> dialing) {
        return new Transport(
                List.of(name),
                below.listener().map(carrier -> section -> {
                    var carriers = carrier.read(section);
                    var layers = listening.read(section);
                    return scope -> new StackedListener(carriers.apply(scope), layers.apply(scope));
                }),
                below.dialer().map(carrier -> section -> {
                    var carriers = carrier.read(section);
                    var layers = dialing.read(section);
                    return scope -> new StackedDialer(carriers.apply(scope), layers.apply(scope));
                }));
    }

    /** A stack whose layer has the same options at both ends. */
    public static Transport of(String name, Transport below, Protocol.Factory<Layer> layer) {
        return of(name, below, layer, layer);
    }

    /** A layer of options that are read at once, and what is made of them for each event loop. */
    public static <O> Protocol.Factory<Layer> layer(Function<Settings, O> options, BiFunction<Scope, O, Layer> make) {
        return section -> {
            O read = options.apply(section);
            return scope -> make.apply(scope, read);
        };
    }
}
