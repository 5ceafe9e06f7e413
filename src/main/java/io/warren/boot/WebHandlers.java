package io.warren.boot;

import io.warren.console.GostApi;
import io.warren.console.MetricsPage;
import io.warren.console.WebHandler;
import io.warren.spi.Protocol;
import io.warren.spi.Scope;
import io.warren.spi.Settings;
import java.util.List;

/** The handlers that show a running Warren itself: gost's {@code api} and {@code metrics}, behind a listener of any kind. */
final class WebHandlers {
    static final String METRICS = "metrics";

    private WebHandlers() {}

    private record Api(String prefix, boolean accessLog) {
        static Api read(Settings handler) {
            Settings metadata = handler.metadata();
            return new Api(
                    metadata.text("", "api.pathPrefix", "pathPrefix"),
                    metadata.flag(false, "api.accessLog", "accessLog"));
        }
    }

    static List<Protocol> of(Warren warren) {
        return List.of(
                Protocol.named("api").handler(Api::read, (scope, options) -> api(warren, scope, options)),
                Protocol.named(METRICS)
                        .handler(
                                handler -> handler.metadata().text("/metrics", "metrics.path", "path"),
                                (scope, path) -> metrics(warren, scope, path)));
    }

    private static WebHandler api(Warren warren, Scope scope, Api options) {
        return new WebHandler(
                "@api",
                options.accessLog(),
                () -> warren.control()
                        .map(control -> new GostApi(GostApi.prefix(options.prefix()), control, scope::authenticator)));
    }

    private static WebHandler metrics(Warren warren, Scope scope, String path) {
        return new WebHandler(
                "@metrics",
                false,
                () -> warren.control().map(control -> new MetricsPage(path, warren.metrics(), scope::authenticator)));
    }
}
