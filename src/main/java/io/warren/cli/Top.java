package io.warren.cli;

import io.vertx.core.json.JsonObject;
import io.warren.config.GoDuration;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/** The cluster and its busiest connections, again and again. */
final class Top {
    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final List<String> COLUMNS =
            List.of("sid", "member", "service", "client", "target", "inRate", "outRate", "ageS");

    private final CtlOptions options;
    private final ConsoleClient client;
    private final PrintStream out;

    Top(CtlOptions options, ConsoleClient client, PrintStream out) {
        this.options = options;
        this.client = client;
        this.out = out;
    }

    /** Until it is interrupted, or has shown as often as it was told. */
    int run(ToIntFunction<ConsoleClient.Answer> failed) {
        Duration interval = GoDuration.parse(options.settings().getOrDefault("interval", "1s"))
                .filter(d -> !d.isNegative())
                .orElseThrow(() -> new UsageException("interval (expected: a duration such as 1s)"));
        int count = count(options.settings().getOrDefault("count", "0"));
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; count == 0 || i < count; i++) {
            ConsoleClient.Answer overview = client.send(CtlVerb.Request.get("/overview"));
            ConsoleClient.Answer busiest = client.send(CtlVerb.Request.get("/connections?sort=-outRate&limit=15"));
            if (overview.status() != 200 || busiest.status() != 200) {
                return failed.applyAsInt(overview.status() == 200 ? busiest : overview);
            }
            out.print((count == 1 ? "" : CLEAR) + page(Ctl.json(overview), Ctl.json(busiest)));
            out.flush();
            try {
                if (i + 1 != count && never.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return Ctl.DONE;
    }

    private static int count(String text) {
        if (!text.matches("\\d{1,6}")) {
            throw new UsageException("count (expected: a number)");
        }
        return Integer.parseInt(text);
    }

    private static String page(JsonObject overview, JsonObject busiest) {
        return Ctl.overview(overview) + "\n" + Table.of(Ctl.rows(busiest, "items"), COLUMNS);
    }
}
