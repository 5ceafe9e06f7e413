package io.warren.console;

import io.vertx.ext.web.RoutingContext;
import io.warren.spi.Control;
import io.warren.spi.ControlException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How gost's API says that something was not done: its codes and messages.
 *
 * @param name of the object in question
 * @param making whether it was to be made, which is what gost's messages speak of
 */
record Refusals(String kind, String name, boolean making) {
    static final int INVALID = 40001;
    static final int DUPLICATE = 40002;
    static final int FAILED = 40003;
    static final int MISSING = 40004;
    static final int SAVE = 40005;

    private static final int MAX_SHOWN = 5;

    /** For what concerns no single object. */
    static Refusals ofConfiguration() {
        return new Refusals("", "", false);
    }

    void answer(RoutingContext ctx, Throwable e) {
        if (!(e instanceof ControlException refused)) {
            ctx.fail(e);
            return;
        }
        switch (refused.reason()) {
            case UNNAMED -> Answers.error(ctx, 400, INVALID, one() + " name is required");
            case EXISTS -> Answers.error(ctx, 400, DUPLICATE, one() + " " + name + " already exists");
            case MISSING -> Answers.error(ctx, 400, MISSING, one() + " " + name + " not found");
            case INVALID -> Answers.error(ctx, 400, making ? FAILED : INVALID, failed() + problems(refused));
            case FAILED ->
                Answers.error(ctx, making ? 500 : 400, making ? FAILED : INVALID, failed() + refused.getMessage());
            case SAVE -> Answers.error(ctx, 500, SAVE, refused.getMessage());
            case KIND -> Answers.error(ctx, 400, INVALID, refused.getMessage());
        }
    }

    private String one() {
        return Kinds.ALL.getOrDefault(kind, kind);
    }

    private String failed() {
        return making ? "create " + one() + " " + name + " failed: " : "";
    }

    /** The errors, keys first; those of the object itself without the way to it. */
    private String problems(ControlException refused) {
        String source = kind + "/" + name + ":";
        String text = refused.problems().stream()
                .filter(Control.Finding::error)
                .limit(MAX_SHOWN)
                .map(p -> p.position().startsWith(source) ? own(p) : p.toString())
                .collect(Collectors.joining("; "));
        long errors = refused.problems().stream().filter(Control.Finding::error).count();
        return text.isEmpty()
                ? refused.getMessage()
                : text + (errors > MAX_SHOWN ? "; and " + (errors - MAX_SHOWN) + " more" : "");
    }

    private String own(Control.Finding problem) {
        String path = problem.path().replaceFirst("^" + Pattern.quote(kind) + "\\[\\d+]\\.?", "");
        return path.isEmpty() ? problem.message() : path + ": " + problem.message();
    }
}
