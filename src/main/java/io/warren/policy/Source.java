package io.warren.policy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content of a policy object, made of what its section says inline and of the lines of its {@code file} and {@code http} sources. What is inline counts
 * at once; the rest is read in the background, again every {@code reload}, and swapped in as a whole. A source that cannot be read keeps the lines it had
 * and warns. Any thread.
 */
public final class Source<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("policy");
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final String name;
    private final Comments comments;
    private final Function<List<String>, T> build;
    private final List<Feed> feeds = new ArrayList<>();
    private final List<List<String>> lines = new ArrayList<>();
    private final AtomicBoolean loading = new AtomicBoolean();
    private final Promise<Void> ready = Promise.promise();
    private volatile T content;
    private volatile boolean closed;
    private long timer = -1;

    private Source(Vertx vertx, Settings section, Comments comments, T inline, Function<List<String>, T> build) {
        this.vertx = vertx;
        this.name = section.text("", "name").isEmpty() ? section.path() : section.text("", "name");
        this.comments = comments;
        this.build = build;
        this.content = inline;
    }

    /**
     * Reads {@code file}, {@code http} and {@code reload} of a policy's section and begins to load.
     *
     * @param inline what counts until the first load is there
     * @param whole whether {@code inline} is all that the section says inline; if not, {@code build} is asked even without other sources
     * @param build makes the content from the inline part and the lines of the other sources; called on a worker thread, may block
     */
    public static <T> Source<T> read(
            Vertx vertx,
            Settings section,
            Comments comments,
            T inline,
            boolean whole,
            Function<List<String>, T> build) {
        Source<T> source = new Source<>(vertx, section, comments, inline, build);
        refuseUnsupported(section);
        FileFeed.read(vertx, section.section("file")).ifPresent(source::add);
        HttpFeed.read(vertx, section.section("http")).ifPresent(source::add);
        source.start(period(section), whole);
        return source;
    }

    /** Reports what this version does not load from. */
    public static void refuseUnsupported(Settings section) {
        if (section.has("redis")) {
            section.problem("redis", "redis sources are not supported by this version (supported: inline, file, http)");
        }
        if (section.has("plugin")) {
            section.problem("plugin", "plugins are not supported by this version");
        }
    }

    private static Duration period(Settings section) {
        Duration reload = section.duration(Duration.ZERO, "reload");
        if (reload.isZero() || reload.isNegative()) {
            return Duration.ZERO;
        }
        return reload.compareTo(SHORTEST) < 0 ? SHORTEST : reload;
    }

    private void add(Feed feed) {
        feeds.add(feed);
        lines.add(List.of());
    }

    private void start(Duration period, boolean whole) {
        if (feeds.isEmpty() && whole) {
            ready.complete();
            return;
        }
        load();
        if (!period.isZero()) {
            timer = vertx.setPeriodic(period.toMillis(), t -> load());
        }
    }

    /** What counts now. */
    public T get() {
        return content;
    }

    /** Completes, always well, when the first load is over. */
    public Future<Void> ready() {
        return ready.future();
    }

    // At most one load runs: `lines` belongs to it.
    private void load() {
        if (closed || !loading.compareAndSet(false, true)) {
            return;
        }
        List<Future<Optional<List<String>>>> fetched =
                feeds.stream().map(this::fetch).toList();
        Future.join(fetched)
                .compose(all -> vertx.executeBlocking(() -> rebuild(fetched), false))
                .onComplete(done -> {
                    if (done.succeeded()) {
                        content = done.result();
                    } else {
                        LOG.atWarn()
                                .addKeyValue("policy", name)
                                .log("not loaded: {}", done.cause().getMessage());
                    }
                    loading.set(false);
                    ready.tryComplete();
                });
    }

    private Future<Optional<List<String>>> fetch(Feed feed) {
        return feed.fetch().map(text -> Optional.of(comments.strip(text))).otherwise(e -> {
            LOG.atWarn().addKeyValue("policy", name).log("{} keeps what it had: {}", feed, e.getMessage());
            return Optional.empty();
        });
    }

    private T rebuild(List<Future<Optional<List<String>>>> fetched) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < fetched.size(); i++) {
            int feed = i;
            fetched.get(i).result().ifPresent(now -> lines.set(feed, now));
            all.addAll(lines.get(i));
        }
        return build.apply(all);
    }

    /** Reads nothing more; the content stays. */
    @Override
    public void close() {
        closed = true;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        feeds.forEach(Feed::close);
    }
}
