package io.warren.spi;

import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which endpoints somebody may claim. A text is one of: a port ({@code 2222} or {@code :2222}) or a range of them ({@code 8000-8100}) on any address, TCP or
 * UDP; {@code host:port}; the name of a tunnel, in which {@code *} stands for any characters; {@code *} for everything. Any thread.
 */
public final class EndpointList {
    private static final Pattern PORTS = Pattern.compile(":?([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int LAST_PORT = 65535;

    private final List<String> texts;
    private final List<Predicate<Endpoint>> allowed;

    private EndpointList(List<String> texts, List<Predicate<Endpoint>> allowed) {
        this.texts = texts;
        this.allowed = allowed;
    }

    /** @throws ProxyException PROTOCOL for a text that is none of these */
    public static EndpointList of(List<String> texts) {
        return new EndpointList(
                List.copyOf(texts), texts.stream().map(EndpointList::read).toList());
    }

    private static Predicate<Endpoint> read(String text) {
        if (text.equals("*")) {
            return endpoint -> true;
        }
        var ports = PORTS.matcher(text);
        if (ports.matches()) {
            int first = Integer.parseInt(ports.group(1));
            int last = ports.group(2) == null ? first : Integer.parseInt(ports.group(2));
            if (first > last || last > LAST_PORT) {
                throw ProxyException.protocol("ports " + text + " (expected: 0 to 65535, the lower one first)");
            }
            return endpoint -> address(endpoint)
                    .filter(address -> first <= address.port() && address.port() <= last)
                    .isPresent();
        }
        if (text.indexOf(':') >= 0) {
            Address only = Address.parse(text);
            return endpoint -> address(endpoint).filter(only::equals).isPresent();
        }
        if (text.isBlank()) {
            throw ProxyException.protocol("an empty text (expected: a port, host:port or a name)");
        }
        Pattern name = Pattern.compile(
                Pattern.quote(text).replace("*", "\\E.*\\Q"), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        return endpoint -> endpoint.isNamed() && name.matcher(endpoint.name()).matches();
    }

    private static Optional<Address> address(Endpoint endpoint) {
        return endpoint.isNamed() ? Optional.empty() : Optional.of(Address.parse(endpoint.name()));
    }

    public boolean contains(Endpoint endpoint) {
        return allowed.stream().anyMatch(one -> one.test(endpoint));
    }

    /** As it was written. */
    @Override
    public String toString() {
        return texts.isEmpty() ? "none" : String.join(", ", texts);
    }
}
