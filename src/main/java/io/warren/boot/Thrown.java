package io.warren.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.List;

/**
 * What was thrown, in a line of the log: with its stack trace when the line is an error, which is for who mends the program; else by its name and message
 * only. Libraries warn of what is no fault of the program, such as a member that is not there any more, with all that led to it.
 */
final class Thrown extends ThrowableHandlingConverter {
    private final ThrowableProxyConverter trace = new ThrowableProxyConverter();

    @Override
    public void start() {
        trace.start();
        super.start();
    }

    @Override
    public String convert(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown == null) {
            return "";
        }
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            return System.lineSeparator() + trace.convert(event).stripTrailing();
        }
        List<?> pairs = event.getKeyValuePairs();
        String name = thrown.getClassName().substring(thrown.getClassName().lastIndexOf('.') + 1);
        String message = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
        return (pairs == null || pairs.isEmpty() ? "" : " ") + "(" + name + message + ")";
    }
}
