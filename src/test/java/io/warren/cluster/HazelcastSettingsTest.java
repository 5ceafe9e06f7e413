package io.warren.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.ConfigXmlGenerator;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import io.warren.net.Address;
import io.warren.spi.Secret;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HazelcastSettingsTest {
    private static final String SECRET = "tale-of-a-rabbit";

    private static Config config() {
        ClusterOptions options = TestMember.options("127.0.0.1", 20_000, SECRET, List.of("127.0.0.2"));
        MemberKeys keys = MemberKeys.derive("test", Secret.of(SECRET), "m");
        return HazelcastSettings.of(options, Optional.of(keys), UUID.randomUUID(), Address.of("127.0.0.1", 1));
    }

    @Test
    void nothingThatHazelcastKnowsContainsTheSecret() {
        Config config = config();
        String all = new ConfigXmlGenerator(true, false).generate(config)
                + config.getClusterName()
                + config.getProperties()
                + config.getMemberAttributeConfig().getAttributes();
        assertThat(all).contains("m-127.0.0.1").doesNotContain(SECRET);
    }

    @Test
    void objectOfAClassThatNobodyNeedsIsNotMadeOfBytes() {
        InternalSerializationService service = new DefaultSerializationServiceBuilder()
                .setConfig(config().getSerializationConfig())
                .build();
        try {
            assertThatThrownBy(() -> service.toObject(service.toData(new Gadget())))
                    .hasStackTraceContaining("is not allowed");
            IllegalStateException javas = service.toObject(service.toData(new IllegalStateException("why")));
            assertThat(javas).hasMessage("why");
            HazelcastSerializationException hazelcasts =
                    service.toObject(service.toData(new HazelcastSerializationException("what")));
            assertThat(hazelcasts).hasMessage("what");
        } finally {
            service.dispose();
        }
        assertThat(Gadget.made).isFalse();
    }

    private static final class Gadget implements java.io.Serializable {
        private static final long serialVersionUID = 1;
        private static boolean made;

        private Object readResolve() {
            made = true;
            return this;
        }
    }
}
