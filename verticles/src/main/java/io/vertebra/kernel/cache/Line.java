package io.vertebra.kernel.cache;

import io.vertebra.kernel.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
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
    /** Connecting, signing in, loading the scripts: each may take as long as a command. */
    private static final int GREETING_STEPS = 3;

    private static final long PAUSE_MAX_MS = 1_000;

    /** The commands of one turn of the loop, written together. */
    private static final class Turn {
        final List<Request> commands = new ArrayList<>();
        final List<Promise<Response>> answers = new ArrayList<>();
        final long at = System.nanoTime();

        void fail(Throwable why) {
            answers.forEach(answer -> answer.tryFail(why));
        }
    }

    private final ContextInternal context;
    private final RedisSettings settings;
    private Redis client;
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
    private @Nullable RedisConnection connection;
    private @Nullable Turn turn;
    private int commandsWaiting;
    private volatile boolean ready;
    private volatile long trustedFrom = Long.MIN_VALUE;
    private boolean closed;
    private boolean away;
    private boolean reconnecting;
    private long pause = PAUSE_MIN_MS;
    private String server = "";

    Line(ContextInternal context, RedisSettings settings) {
        this.context = context;
        this.settings = settings;
        this.client = newClient();
    }

    private Redis newClient() {
        return Redis.createClient(
                context.owner(),
                new RedisOptions()
                        .setConnectionString(settings.url().reveal())
                        .setMaxPoolSize(1)
                        .setMaxWaitingHandlers(WAITING_MAX + Script.values().length + 1));
    }

    /** Opens the connection; answers whether the first attempt succeeded. Further attempts follow by themselves. */
    Future<Boolean> open() {
        context.setPeriodic(WATCH_MS, this::watch);
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
    Future<Response> send(Request command) {
        if (!ready) {
            return context.failedFuture(new RedisAway("not connected"));
        }
        if (commandsWaiting >= WAITING_MAX) {
            return context.failedFuture(new RedisAway("too many commands wait"));
        }
        var current = ContextInternal.current();
        Promise<Response> promise = (current == null ? context : current).promise();
        var open = turn;
        if (open == null) {
            open = new Turn();
            turn = open;
            context.nettyEventLoop().execute(this::flush);
        }
        open.commands.add(command);
        open.answers.add(promise);
        commandsWaiting++;
        return promise.future();
    }

    /** Runs a script; loads it again where the server has lost it. */
    Future<Response> run(Script script, Request command) {
        return send(command).recover(failure -> {
            if (failure instanceof ErrorType error && error.toString().contains("NOSCRIPT")) {
                return send(script.load()).compose(loaded -> send(command));
            }
            return context.failedFuture(failure);
        });
    }

    void close() {
        context.runOnContext(nothing -> {
            closed = true;
            client.close();
        });
    }

    private void flush() {
        var full = turn;
        turn = null;
        var open = connection;
        if (full == null) {
            return;
        }
        if (open == null) {
            commandsWaiting -= full.commands.size();
            full.fail(new RedisAway("connection lost"));
            return;
        }
        waiting.add(full);
        if (full.commands.size() == 1) {
            open.send(full.commands.getFirst())
                    .map(List::of)
                    .onComplete(done -> answer(full, done.result(), done.cause()));
        } else {
            open.batch(full.commands).onComplete(done -> answer(full, done.result(), done.cause()));
        }
    }

    private void answer(Turn full, @Nullable List<Response> answers, @Nullable Throwable failure) {
        if (!waiting.remove(full)) {
            return;
        }
        commandsWaiting -= full.commands.size();
        if (answers == null) {
            full.fail(failure instanceof ErrorType ? failure : new RedisAway("connection lost"));
            return;
        }
        for (int i = 0; i < answers.size(); i++) {
            full.answers.get(i).tryComplete(answers.get(i));
        }
    }

    private Future<Boolean> connect() {
        var using = client;
        Promise<Void> greeted = context.promise();
        long bell = context.setTimer(GREETING_STEPS * settings.timeout().toMillis(), late -> {
            if (greeted.tryFail(new RedisAway("no greeting in time"))) {
                client = newClient();
                using.close();
            }
        });
        using.connect().compose(opened -> greet(opened, greeted)).onFailure(greeted::tryFail);
        greeted.future().onComplete(done -> context.owner().cancelTimer(bell));
        return greeted.future().map(true).recover(failure -> {
            lost(failure.getMessage());
            return Future.succeededFuture(false);
        });
    }

    private Future<?> greet(RedisConnection opened, Promise<Void> greeted) {
        if (greeted.future().isComplete()) {
            return opened.close();
        }
        opened.exceptionHandler(failure -> lost(opened, failure.getMessage()));
        opened.endHandler(nothing -> lost(opened, "connection closed"));
        connection = opened;
        var greetings = new ArrayList<Request>();
        for (var script : Script.values()) {
            greetings.add(script.load());
        }
        greetings.add(Request.cmd(Command.INFO).arg("server"));
        return opened.batch(greetings)
                .onSuccess(answers -> {
                    if (greeted.tryComplete()) {
                        welcome(answers.getLast().toString());
                    }
                })
                .onFailure(failure -> opened.close());
    }

    private void welcome(String information) {
        var at = information.indexOf("run_id:");
        server = at < 0 ? "" : information.substring(at + 7, Math.min(at + 15, information.length()));
        trustedFrom = away ? System.nanoTime() + settings.away().toNanos() : Long.MIN_VALUE;
        pause = PAUSE_MIN_MS;
        ready = true;
        if (away) {
            log.info("Redis is back");
        }
        away = false;
    }

    private void watch(long timer) {
        if (closed) {
            context.owner().cancelTimer(timer);
            return;
        }
        var oldest = waiting.peek();
        var open = connection;
        if (oldest != null
                && open != null
                && System.nanoTime() - oldest.at > settings.timeout().toNanos()) {
            lost(open, "no answer in time");
            open.close();
        }
    }

    private void lost(RedisConnection which, @Nullable String why) {
        if (connection == which) {
            lost(why);
        }
    }

    private void lost(@Nullable String why) {
        if (!away && !closed) {
            log.warn("Redis is away: {}", why);
        }
        away = true;
        connection = null;
        ready = false;
        while (!waiting.isEmpty()) {
            var unanswered = waiting.remove();
            commandsWaiting -= unanswered.commands.size();
            unanswered.fail(new RedisAway("connection lost"));
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
