package io.warren.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/** The cluster and its busiest connections, again and again. */
final class Top {
    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final List<String> COLUMNS =
            List.of("sid", "member", "service", "client", "target", "inRate", "outRate", "ageS");

    private static final CtlRequest BUSIEST =
            CtlRequest.get("connections").where(Map.of("sort", "-outRate", "limit", "15"));

    private final Duration interval;
    private final int count;
    private final ConsoleClient client;
    private final PrintStream out;

    /** @param count of looks; 0 for no end */
    Top(Duration interval, int count, ConsoleClient client, PrintStream out) {
        this.interval = interval;
        this.count = count;
        this.client = client;
        this.out = out;
    }

    /** Until it is interrupted, or has shown as often as it was told. */
    int run(ToIntFunction<ConsoleClient.Answer> failed) {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; count == 0 || i < count; i++) {
            ConsoleClient.Answer overview = client.send(CtlRequest.get("overview"));
            ConsoleClient.Answer busiest = client.send(BUSIEST);
            if (overview.status() != 200 || busiest.status() != 200) {
                return failed.applyAsInt(overview.status() == 200 ? busiest : overview);
            }
            out.print((count == 1 ? "" : CLEAR) + page(CtlPrinter.json(overview), CtlPrinter.json(busiest)));
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

    private static String page(JsonObject overview, JsonObject busiest) {
        return CtlPrinter.overview(overview) + "\n" + Table.of(CtlPrinter.rows(busiest, "items"), COLUMNS);
    }
}
