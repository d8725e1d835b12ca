package io.vertebra.kernel.cache;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis, of one event loop. Commands of one turn of the loop go out in one write. A lost connection
 * fails what waits, and is opened again; until then every command fails at once, so that callers go on without Redis.
 */
final class Line {
    private static final Logger log = LoggerFactory.getLogger(Line.class);
    private static final int WAITING_MAX = 20_000;
    private static final long WATCH_MS = 50;
    private static final long PAUSE_MIN_MS = 50;
    private static final long PAUSE_MAX_MS = 1_000;

    private record Waiter(Promise<@Nullable Object> promise, long sentAt) {}

    private final ContextInternal context;
    private final NetClient client;
    private final RedisSettings settings;
    private final Resp replies = new Resp();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private @Nullable NetSocket socket;
    private @Nullable Buffer turn;
    private volatile boolean ready;
    private volatile long trustedFrom = Long.MIN_VALUE;
    private boolean closed;
    private boolean away;
    private boolean reconnecting;
    private long pause = PAUSE_MIN_MS;
    private String server = "";

    Line(ContextInternal context, NetClient client, RedisSettings settings) {
        this.context = context;
        this.client = client;
        this.settings = settings;
    }

    /** Opens the connection; answers whether the first attempt succeeded. Further attempts follow by themselves. */
    Future<Boolean> open() {
        context.setPeriodic(WATCH_MS, timer -> watch(timer));
        return connect();
    }

    /** Whether commands can be sent. */
    boolean ready() {
        return ready;
    }

    /** Whether epochs in Redis may be believed: not right after a connection was lost. */
    boolean trusted() {
        return ready && System.nanoTime() >= trustedFrom;
    }

    /** Which run of which server this is; data of an earlier run may be older than what was written to it. */
    String server() {
        return server;
    }

    ContextInternal context() {
        return context;
    }

    /** Sends a command at the end of this turn of the loop; to be called on the line's own event loop. */
    Future<@Nullable Object> send(byte[] command) {
        if (!ready) {
            return context.failedFuture(new RedisAway("not connected"));
        }
        if (waiting.size() >= WAITING_MAX) {
            return context.failedFuture(new RedisAway("too many commands wait"));
        }
        return enqueue(command);
    }

    /** Runs a script; loads it again where the server has lost it. */
    Future<@Nullable Object> run(Script script, byte[] command) {
        return send(command).recover(failure -> {
            if (failure instanceof RedisError error && error.noScript()) {
                return send(Resp.command("SCRIPT", "LOAD", script.text())).compose(loaded -> send(command));
            }
            return context.failedFuture(failure);
        });
    }

    void close() {
        context.runOnContext(nothing -> {
            closed = true;
            var open = socket;
            if (open != null) {
                open.close();
            }
        });
    }

    private Future<@Nullable Object> enqueue(byte[] command) {
        var current = ContextInternal.current();
        Promise<@Nullable Object> promise = (current == null ? context : current).promise();
        waiting.add(new Waiter(promise, System.nanoTime()));
        if (turn == null) {
            turn = Buffer.buffer(512);
            context.nettyEventLoop().execute(this::flush);
        }
        turn.appendBytes(command);
        return promise.future();
    }

    private void flush() {
        var commands = turn;
        turn = null;
        var open = socket;
        if (commands != null && open != null) {
            open.write(commands);
        }
    }

    private Future<Boolean> connect() {
        return client.connect(settings.port(), settings.host())
                .compose(this::greet)
                .map(true)
                .recover(failure -> {
                    lost(failure.getMessage());
                    return Future.succeededFuture(false);
                });
    }

    private Future<?> greet(NetSocket opened) {
        socket = opened;
        replies.reset();
        opened.handler(piece -> read(opened, piece));
        opened.exceptionHandler(failure -> opened.close());
        opened.closeHandler(nothing -> {
            if (socket == opened) {
                lost("connection closed");
            }
        });
        List<Future<@Nullable Object>> greetings = new ArrayList<>();
        var credentials = settings.credentials();
        if (credentials != null) {
            var auth = new ArrayList<>(List.of("AUTH"));
            auth.addAll(List.of(credentials));
            greetings.add(enqueue(Resp.command(auth)));
        }
        if (settings.database() != 0) {
            greetings.add(enqueue(Resp.command("SELECT", String.valueOf(settings.database()))));
        }
        for (var script : Script.values()) {
            greetings.add(enqueue(Resp.command("SCRIPT", "LOAD", script.text())));
        }
        greetings.add(enqueue(Resp.command("INFO", "server")));
        return Future.all(greetings)
                .onSuccess(answers -> welcome(String.valueOf((Object) answers.resultAt(greetings.size() - 1))))
                .onFailure(failure -> opened.close());
    }

    private void welcome(String information) {
        var at = information.indexOf("run_id:");
        server = at < 0 ? "" : information.substring(at + 7, Math.min(at + 15, information.length()));
        trustedFrom = away ? System.nanoTime() + settings.settle().toNanos() : Long.MIN_VALUE;
        pause = PAUSE_MIN_MS;
        ready = true;
        if (away) {
            log.info("Redis is back");
        }
        away = false;
    }

    private void read(NetSocket from, Buffer piece) {
        try {
            replies.read(piece.getBytes(), this::answer);
        } catch (RuntimeException unreadable) {
            from.close();
        }
    }

    private void answer(@Nullable Object reply) {
        var waiter = waiting.poll();
        if (waiter == null) {
            return;
        }
        if (reply instanceof RedisError error) {
            waiter.promise().fail(error);
        } else {
            waiter.promise().complete(reply);
        }
    }

    private void watch(long timer) {
        if (closed) {
            context.owner().cancelTimer(timer);
            return;
        }
        var oldest = waiting.peek();
        var open = socket;
        if (oldest != null
                && open != null
                && System.nanoTime() - oldest.sentAt() > settings.timeout().toNanos()) {
            open.close();
            lost("no answer in time");
        }
    }

    private void lost(@Nullable String why) {
        if (!away && !closed) {
            log.warn("Redis is away: {}", why);
        }
        away = true;
        socket = null;
        turn = null;
        ready = false;
        while (!waiting.isEmpty()) {
            waiting.poll().promise().fail(new RedisAway("connection lost"));
        }
        if (!closed && !reconnecting) {
            reconnecting = true;
            var jittered = pause + ThreadLocalRandom.current().nextLong(pause);
            pause = Math.min(pause * 2, PAUSE_MAX_MS);
            context.setTimer(jittered, timer -> {
                reconnecting = false;
                if (!closed) {
                    connect();
                }
            });
        }
    }
}
