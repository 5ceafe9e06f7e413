package io.warren.console;

import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Settings;

/** Where a server for people listens: {@code host:port}, {@code :port} or {@code unix:///path}. */
final class Addresses {
    private static final String UNIX = "unix://";

    private Addresses() {}

    static Address read(Settings section) {
        String text = section.text("", "addr");
        if (text.isEmpty()) {
            section.problem("addr", "expected an address such as 127.0.0.1:18080");
            return Address.NONE;
        }
        if (text.startsWith(UNIX)) {
            return Address.unix(text.substring(UNIX.length()));
        }
        try {
            return Address.parse(text);
        } catch (ProxyException e) {
            section.problem("addr", e.getMessage());
            return Address.NONE;
        }
    }
}
