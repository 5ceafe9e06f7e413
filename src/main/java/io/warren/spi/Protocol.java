package io.warren.spi;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One application protocol of the catalogue.
 *
 * @param names the first is the one in messages; the others are equal in configurations
 * @param handler made from the handler's section; its options are read before anything starts
 * @param connector made from the connector's section
 * @param entrances the further ports that the handler's section asks for
 * @param handsOnTo the handlers that this one deploys for connections that it recognises as theirs; they read the same section
 */
public record Protocol(
        List<String> names,
        Optional<Factory<Handler>> handler,
        Optional<Factory<Connector>> connector,
        Function<Settings, List<Entrance>> entrances,
        List<String> handsOnTo) {
    /** Reads its options at once, so that mistakes are reported before anything starts; makes instances later, one for each event loop. */
    @FunctionalInterface
    public interface Factory<T> {
        Function<Scope, T> read(Settings section);
    }

    public static Protocol named(String... names) {
        return new Protocol(List.of(names), Optional.empty(), Optional.empty(), section -> List.of(), List.of());
    }

    public <O> Protocol handler(Function<Settings, O> options, BiFunction<Scope, O, Handler> make) {
        return new Protocol(names, Optional.of(factory(options, make)), connector, entrances, handsOnTo);
    }

    public <O> Protocol connector(Function<Settings, O> options, BiFunction<Scope, O, Connector> make) {
        return new Protocol(names, handler, Optional.of(factory(options, make)), entrances, handsOnTo);
    }

    public Protocol handsOnTo(String... handlers) {
        return new Protocol(names, handler, connector, entrances, List.of(handlers));
    }

    /** @param read given the handler's section */
    public Protocol entrances(Function<Settings, List<Entrance>> read) {
        return new Protocol(names, handler, connector, read, handsOnTo);
    }

    static <O, T> Factory<T> factory(Function<Settings, O> options, BiFunction<Scope, O, T> make) {
        return section -> {
            O read = options.apply(section);
            return scope -> make.apply(scope, read);
        };
    }
}
