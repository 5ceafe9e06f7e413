package io.warren.spi;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** One wire transport of the catalogue; see {@link Protocol}. */
public record Transport(
        List<String> names, Optional<Protocol.Factory<Listener>> listener, Optional<Protocol.Factory<Dialer>> dialer) {
    public static Transport named(String... names) {
        return new Transport(List.of(names), Optional.empty(), Optional.empty());
    }

    public <O> Transport listener(Function<Settings, O> options, BiFunction<Scope, O, Listener> make) {
        return new Transport(names, Optional.of(Protocol.factory(options, make)), dialer);
    }

    public <O> Transport dialer(Function<Settings, O> options, BiFunction<Scope, O, Dialer> make) {
        return new Transport(names, listener, Optional.of(Protocol.factory(options, make)));
    }
}
