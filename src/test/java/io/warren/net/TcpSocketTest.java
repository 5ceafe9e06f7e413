package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcpSocketTest {
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "PLAIN_IPV6"})
    void bothSidesHaveGostsKeepAliveAndNoDelay(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            assertThat(client.isConnected() && server.isConnected()).isTrue();
            LinkFixture.await("both streams", () -> relay.streams.size() == 2);
            for (Stream stream : relay.streams) {
                EpollSocketChannelConfig config =
                        (EpollSocketChannelConfig) stream.channel().config();
                assertThat(config.getOption(ChannelOption.TCP_NODELAY)).isTrue();
                assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
                assertThat(config.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(15);
                assertThat(config.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(15);
                assertThat(config.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(9);
            }
        }
    }

    @Test
    void closingTheServerEndsWhatItAccepted() throws Exception {
        try (LinkFixture relay = new LinkFixture(Way.PLAIN);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            relay.closeServer();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
    }
}
