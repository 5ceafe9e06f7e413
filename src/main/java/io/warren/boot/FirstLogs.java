package io.warren.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/** The log before the configuration is read. Code, because reading XML takes longer than a good part of the start; a file of one's own goes before. */
public final class FirstLogs extends ContextAwareBase implements Configurator {
    private static final String FILE = "logback.configurationFile";
    private static final Map<String, Level> OTHERS = Map.of(
            "io.netty", Level.WARN,
            // Warns of a machine without a network card, where nothing of ours depends on one.
            "io.netty.util.internal.MacAddressUtil", Level.ERROR,
            "io.vertx", Level.WARN,
            // A fault, it says, is whatever happens to a connection of the event bus, such as the end of the member
            // there.
            "io.vertx.core.net.impl.ConnectionBase", Level.OFF,
            "com.hazelcast", Level.WARN,
            "com.hazelcast.instance", Level.ERROR);

    /** Logback makes its own. */
    public FirstLogs() {}

    @Override
    public ExecutionStatus configure(LoggerContext log) {
        if (System.getProperty(FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        OTHERS.forEach((name, level) -> log.getLogger(name).setLevel(level));
        Logs.write(log.getLogger(Logger.ROOT_LOGGER_NAME), Level.INFO, "text", "stderr");
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
