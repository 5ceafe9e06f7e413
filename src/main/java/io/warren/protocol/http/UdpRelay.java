package io.warren.protocol.http;

import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Intent;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;

final class UdpRelay {
    private UdpRelay() {}

    static Intent intent(Session session, Stream client, ConnectReply reply, Duration idle) {
        throw ProxyException.unsupported("udp");
    }

    static DatagramFlow flow(Stream carrier, Optional<Address> target) {
        throw ProxyException.unsupported("udp");
    }
}
