package io.warren.console;

import io.warren.net.Address;
import io.warren.spi.Settings;

/**
 * The {@code api} section.
 *
 * @param prefix what all paths begin with: empty, or with a leading and without a trailing slash
 * @param accessLog whether each request is a line in the log
 */
public record ApiOptions(Address address, String prefix, boolean accessLog) {
    public static ApiOptions read(Settings section) {
        return new ApiOptions(
                Addresses.read(section),
                GostApi.prefix(section.text("", "pathPrefix")),
                section.flag(false, "accesslog"));
    }
}
