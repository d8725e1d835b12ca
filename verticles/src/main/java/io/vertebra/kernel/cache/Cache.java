package io.vertebra.kernel.cache;

import io.vertebra.kernel.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.SqlClient;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's way to Redis: a connection per event loop, the limiter and the epochs that stand on it. */
public final class Cache {
    private static final Logger log = LoggerFactory.getLogger(Cache.class);
    private static final long SWEEP_MS = 500;
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final String RAISED = "kernel.epochs.raised";

    private final long started = System.nanoTime();
    private final Vertx vertx;
    private final RedisSettings settings;
    private final Windows windows;
    private final Epochs epochs;
    private final IntSupplier liveNodes;
    private final Map<Thread, Line> lines = new ConcurrentHashMap<>();
    private volatile @Nullable Line home;
    private volatile boolean closed;

    /**
     * A cache that is not connected yet.
     *
     * @param kernel reads and writes {@code kernel.epochs}
     * @param liveNodes how many nodes share the limits while Redis is away
     */
    public Cache(Vertx vertx, RedisSettings settings, SqlClient kernel, IntSupplier liveNodes) {
        this.vertx = vertx;
        this.settings = settings;
        this.liveNodes = liveNodes;
        this.windows = new Windows(() -> (System.nanoTime() - started) / NANOS_A_MILLI);
        this.epochs = new Epochs(this::ready, settings.prefix(), kernel);
    }

    /** Connects and begins to sweep; succeeds also while Redis is away. */
    public Future<Void> open() {
        return line().map(opened -> {
            home = opened;
            sweepLater();
            return null;
        });
    }

    /** A limiter for the event loop that asks; doors take one at start. */
    public Future<Limiter> limiter() {
        return line().map(opened -> new Limiter(opened, settings.prefix(), windows, epochs, liveNodes));
    }

    /** The epochs. */
    public Epochs epochs() {
        return epochs;
    }

    /** Makes every door see raised epochs, and tells those that have open sockets at once. */
    public Future<Void> raised(Map<UUID, Long> raised) {
        return epochs.push(raised).onComplete(pushed -> {
            if (!raised.isEmpty()) {
                var subjects = new JsonArray();
                raised.keySet().forEach(subject -> subjects.add(subject.toString()));
                vertx.eventBus().publish(RAISED, subjects);
            }
        });
    }

    /**
     * Hears, on the current context, whose epochs were raised on any node. A hint that may get lost: whoever must know
     * reads the epochs besides.
     */
    public void onRaised(Consumer<Set<UUID>> listener) {
        vertx.eventBus()
                .<JsonArray>consumer(
                        RAISED,
                        hint -> listener.accept(hint.body().stream()
                                .map(subject -> UUID.fromString(String.valueOf(subject)))
                                .collect(Collectors.toSet())));
    }

    /** Whether every connection stands; without it health is degraded. */
    public boolean connected() {
        return lines.values().stream().allMatch(Line::ready);
    }

    /** Closes every connection. */
    public Future<Void> close() {
        closed = true;
        lines.values().forEach(Line::close);
        return Future.succeededFuture();
    }

    /** Runs a command on the loop of its line, and answers on the caller's own context. */
    static <T> Future<T> onLoopOf(Line line, Supplier<Future<T>> command) {
        if (line.context().nettyEventLoop().inEventLoop()) {
            return command.get();
        }
        var current = ContextInternal.current();
        var promise = (current == null ? line.context() : current).<T>promise();
        line.context().runOnContext(nothing -> command.get().onComplete(promise));
        return promise.future();
    }

    private @Nullable Line ready() {
        var own = lines.get(Thread.currentThread());
        var line = own != null && own.ready() ? own : home;
        return line != null && line.ready() ? line : null;
    }

    private Future<Line> line() {
        var context = (ContextInternal) vertx.getOrCreateContext();
        if (!context.isEventLoopContext()) {
            context = ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
        }
        var on = context;
        var promise = on.<Line>promise();
        on.runOnContext(nothing -> {
            var known = lines.get(Thread.currentThread());
            if (known != null) {
                promise.complete(known);
                return;
            }
            var made = new Line(on, settings);
            lines.put(Thread.currentThread(), made);
            made.open().map(made).onComplete(promise);
        });
        return promise.future();
    }

    private void sweepLater() {
        vertx.setTimer(SWEEP_MS, timer -> {
            if (!closed) {
                epochs.sweep()
                        .onFailure(failure -> log.debug("epochs were not swept: {}", failure.getMessage()))
                        .onComplete(done -> sweepLater());
            }
        });
    }
}
