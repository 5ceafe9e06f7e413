package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.warren.fixture.Node;
import io.warren.fixture.Until;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another Vert.x application joins the cluster, sees agents and kicks one: the example of {@code cluster/README.md}. */
class ApplicationOnTheBusTest {
    private static Vertx application(int port) throws Exception {
        Config hazelcast = ConfigUtil.loadConfig().setClusterName("control");
        hazelcast
                .setProperty("hazelcast.local.localAddress", "127.0.0.4")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.partition.count", "71");
        hazelcast
                .getNetworkConfig()
                .setPort(port)
                .getJoin()
                .getMulticastConfig()
                .setEnabled(false);
        hazelcast.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + port);
        return Node.await(Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.4")))
                .withClusterManager(new HazelcastClusterManager(hazelcast))
                .buildClustered());
    }

    private static DeliveryOptions as(String user, String password) {
        return new DeliveryOptions().addHeader("user", user).addHeader("password", password);
    }

    private static JsonObject ask(Vertx application, DeliveryOptions who, JsonObject body) throws Exception {
        return (JsonObject) Until.done(application.eventBus().request("warren.control", body, who))
                .body();
    }

    @Test
    void itSeesAgentsAndKicksOneAsFarAsItsRoleAllows(@TempDir Path state) throws Exception {
        try (Members members = new Members(state, "", 1);
                Node agent = members.agent(0)) {
            assertThat(agent).isNotNull();
            Until.holds(() -> members.answers(0));
            Vertx application = application(members.port);
            JsonObject kick = new JsonObject()
                    .put("v", 1)
                    .put("id", "example-1")
                    .put(
                            "command",
                            new JsonObject()
                                    .put("do", "kick")
                                    .put("agent", Members.AGENT)
                                    .put("for", "10m"));
            try {
                JsonObject agents = ask(application, as("vera", "viewer"), new JsonObject().put("view", "agents"));
                assertThat(agents.getJsonArray("items").getJsonObject(0).getString("agent"))
                        .isEqualTo(Members.AGENT);
                assertThatThrownBy(() -> ask(application, as("vera", "viewer"), kick))
                        .isInstanceOfSatisfying(
                                ReplyException.class,
                                e -> assertThat(e.failureCode()).isEqualTo(403));
                assertThatThrownBy(() -> ask(application, new DeliveryOptions(), kick))
                        .isInstanceOfSatisfying(
                                ReplyException.class,
                                e -> assertThat(e.failureCode()).isEqualTo(401));
                assertThat(members.answers(0)).isTrue();
                JsonObject kicked = ask(application, as("olga", "operator"), kick);
                assertThat(kicked.getJsonArray("results").getJsonObject(0).getInteger("count"))
                        .isEqualTo(1);
                // The same request again is not another one.
                assertThat(ask(application, as("olga", "operator"), kick)).isEqualTo(kicked);
                assertThat(members.answers(0)).isFalse();
            } finally {
                Node.await(application.close());
            }
        }
    }
}
