package io.warren.cluster;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.NetworkConfig;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.warren.net.Address;
import java.net.Inet6Address;
import java.util.Optional;
import java.util.UUID;

/** Hazelcast as a member runs it: members found by address only, a dead one noticed soon, nothing told to anybody else. */
final class HazelcastSettings {
    /** Under this name a member's Vert.x node id, which is its incarnation, is known to Vert.x. */
    static final String INCARNATION = "__vertx.nodeId";

    static final String NAME = "warren.member";
    static final String TRUNK = "warren.trunk";
    static final String VERSION = "warren.version";

    private static final int CONNECT_SECONDS = 3;

    private HazelcastSettings() {}

    static Config of(ClusterOptions options, Optional<MemberKeys> keys, UUID incarnation, Address trunk) {
        Config config = ConfigUtil.loadConfig();
        config.setInstanceName("warren-" + incarnation);
        config.setClusterName(options.name() + keys.map(k -> "-" + k.token()).orElse(""));
        config.getMemberAttributeConfig()
                .setAttribute(INCARNATION, incarnation.toString())
                .setAttribute(NAME, options.member())
                .setAttribute(TRUNK, trunk.toString())
                .setAttribute(VERSION, Integer.toString(Wire.VERSION));
        network(config.getNetworkConfig(), options);
        config.addMapConfig(new MapConfig(Claims.MAP).setBackupCount(1));
        config.getMetricsConfig().setEnabled(false);
        config.getSerializationConfig().setJavaSerializationFilterConfig(deserialized());
        properties(config, options.addr());
        return config;
    }

    /**
     * What objects of Java may be made of bytes from the network. Vert.x and we send none; Hazelcast sends its exceptions, and whoever reaches its port
     * could send anything.
     */
    private static JavaSerializationFilterConfig deserialized() {
        ClassFilter allowed = new ClassFilter()
                .addPrefixes("[", "java.lang.", "java.util.", "java.io.", "java.net.", "java.time.", "com.hazelcast.");
        // Runs a command, or looks a name up, by being read or soon after.
        ClassFilter never = new ClassFilter()
                .addPrefixes("java.lang.invoke.", "java.lang.reflect.")
                .addClasses("java.lang.ProcessBuilder", "java.lang.Runtime", "java.net.URL", "java.util.PriorityQueue");
        return new JavaSerializationFilterConfig()
                .setDefaultsDisabled(true)
                .setWhitelist(allowed)
                .setBlacklist(never);
    }

    private static void network(NetworkConfig network, ClusterOptions options) {
        network.setPort(options.addr().port()).setPortAutoIncrement(false);
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(CONNECT_SECONDS);
        options.join().forEach(address -> join.getTcpIpConfig().addMember(address.toString()));
    }

    private static void properties(Config config, Address addr) {
        // By this and not by interface patterns, which know only the first address of the loopback interface.
        config.setProperty("hazelcast.local.localAddress", addr.host())
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.wait.seconds.before.join", "2")
                .setProperty("hazelcast.master.confirmation.interval.seconds", "5")
                .setProperty("hazelcast.connection.monitor.interval", "100")
                .setProperty("hazelcast.connection.monitor.max.faults", "3")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                .setProperty("hazelcast.partition.count", "71")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "10")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j");
        if (addr.isIp() && addr.ip() instanceof Inet6Address) {
            config.setProperty("hazelcast.prefer.ipv4.stack", "false");
        }
    }
}
