package io.warren.protocol.auto;

import io.warren.spi.Protocol;

/** The catalogue's entry. */
public final class Auto {
    public static final Protocol PROTOCOL =
            Protocol.named("auto").handler(AutoOptions::read, AutoHandler::new).handsOnTo("socks4", "socks5", "http");

    private Auto() {}
}
