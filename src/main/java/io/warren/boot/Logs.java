package io.warren.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.control.LogRing;
import io.warren.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The {@code log} section: level, format and output. */
public final class Logs {
    private static final String APPENDER = "configured";
    private static final Set<String> NOWHERE = Set.of("none", "null");

    private final boolean present;
    private final String level;
    private final String format;
    private final String output;

    private Logs(Settings log) {
        present = log.present();
        level = log.text("info", "level");
        format = log.text("text", "format");
        output = log.text("stderr", "output");
    }

    /** Reads the section, so that what is wrong with it is reported. */
    @CanIgnoreReturnValue
    static Logs read(Settings root) {
        return new Logs(root.section("log"));
    }

    /** Takes effect at once; without the section nothing changes. */
    public static void configure(Settings root) {
        read(root).apply();
    }

    private void apply() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!present || !(factory instanceof LoggerContext context)) {
            return;
        }
        write(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME), level(level), format, output);
    }

    /** Replaces where the root logger writes to. */
    static void write(Logger everything, Level level, String format, String output) {
        everything.setLevel(level);
        detachOthers(everything);
        if (NOWHERE.contains(output)) {
            return;
        }
        LoggerContext context = everything.getLoggerContext();
        Encoder<ILoggingEvent> encoder = encoder(context, format);
        OutputStreamAppender<ILoggingEvent> appender = appender(context, encoder, output);
        appender.setName(APPENDER);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        everything.addAppender(appender);
    }

    /** What keeps the last lines, wherever the others are written to. */
    private static void detachOthers(Logger everything) {
        List<Appender<ILoggingEvent>> old = new ArrayList<>();
        everything.iteratorForAppenders().forEachRemaining(old::add);
        old.stream().filter(appender -> !(appender instanceof LogRing)).forEach(appender -> {
            everything.detachAppender(appender);
            appender.stop();
        });
    }

    /** What keeps the last lines of this process; begins with that when it is first asked for. */
    static LogRing ring() {
        LogRing ring = new LogRing();
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return ring;
        }
        Logger everything = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        synchronized (Logs.class) {
            if (everything.getAppender(LogRing.NAME) instanceof LogRing known) {
                return known;
            }
            ring.setContext(context);
            ring.start();
            everything.addAppender(ring);
        }
        return ring;
    }

    /**
     * Sets a level until the next start or change of the section.
     *
     * @param logger empty for all
     */
    static void level(String logger, String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger.isEmpty() ? org.slf4j.Logger.ROOT_LOGGER_NAME : logger)
                    .setLevel(level(level));
        }
    }

    private static Level level(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "fatal", "error" -> Level.ERROR;
            case "none", "off" -> Level.OFF;
            default -> Level.toLevel(name, Level.INFO);
        };
    }

    private static OutputStreamAppender<ILoggingEvent> appender(
            LoggerContext context, Encoder<ILoggingEvent> encoder, String output) {
        if (output.equals("stderr") || output.equals("stdout") || output.isEmpty()) {
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setTarget(output.equals("stdout") ? "System.out" : "System.err");
            return console;
        }
        OutputStreamAppender<ILoggingEvent> file = new OutputStreamAppender<>();
        Logger logger = context.getLogger("log");
        file.setOutputStream(new LogFile(
                output,
                lost -> encoder.encode(new LoggingEvent(
                        Logs.class.getName(),
                        logger,
                        Level.WARN,
                        lost + " lines before this one could not be written",
                        null,
                        null))));
        return file;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
        if (format.equals("json")) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.start();
            return json;
        }
        PatternLayout line = new PatternLayout();
        line.getInstanceConverterMap().put("thrown", Thrown::new);
        line.setContext(context);
        line.setPattern("%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %-8logger{0} %msg %kvp{NONE}%thrown%n");
        line.start();
        LayoutWrappingEncoder<ILoggingEvent> text = new LayoutWrappingEncoder<>();
        text.setContext(context);
        text.setLayout(line);
        text.start();
        return text;
    }
}
