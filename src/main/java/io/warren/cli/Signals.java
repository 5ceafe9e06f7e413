package io.warren.cli;

import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/** Unix signals. The JDK has them in {@code sun.misc} only, which not every JVM offers: without it signals do what they usually do. */
final class Signals {
    private Signals() {}

    /** The JVM by itself would end with 128 and the signal's number: gost ends with 0. */
    static void endWithZero() {
        on("TERM", () -> System.exit(0));
        on("INT", () -> System.exit(0));
    }

    /** @param name without {@code SIG} */
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            LoggerFactory.getLogger("boot").atWarn().log("signal {} is not obeyed on this JVM", name);
        }
    }
}
