package io.warren.cli;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/** Unix signals. The JDK has them in {@code sun.misc} only, which not every JVM offers: without it a hangup ends the process as usual. */
final class Signals {
    private Signals() {}

    /** The signal that asks for a reload. */
    static void onHangup(Runnable action) {
        if (!on("HUP", action)) {
            LoggerFactory.getLogger("boot").atWarn().log("no reload by signal on this JVM");
        }
    }

    /** A JVM that is told to end ends with 143; a service that ends as it is told to has not failed. */
    static void endWithZero() {
        on("TERM", () -> System.exit(0));
        on("INT", () -> System.exit(0));
    }

    @CanIgnoreReturnValue
    private static boolean on(String name, Runnable action) {
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
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
