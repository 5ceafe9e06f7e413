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
        if (idle != null) throw ProxyException.unsupported("udp");
        return null;
    }

    static DatagramFlow flow(Stream carrier, Optional<Address> target) {
        if (target != null) throw ProxyException.unsupported("udp");
        return null;
    }
}
