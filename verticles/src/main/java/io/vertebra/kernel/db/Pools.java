package io.vertebra.kernel.db;

import io.netty.channel.EventLoop;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one login role on this node. Each event loop that works for the role has its own, so that an
 * answer never changes threads; they open with their first use. Once as many loops as planned have theirs, further ones
 * share.
 */
final class Pools {
    private static final int FLUSHES_MAX = 256;

    /**
     * What holds for each role alike.
     *
     * @param budget how many connections there may be
     * @param pipeline statements in flight on one reading connection
     * @param waiting how many transactions, and how many reads, may wait for a connection, over all loops
     * @param acquireTimeout how long a transaction may wait for one
     */
    record Rules(Budget budget, int pipeline, int waiting, Duration acquireTimeout, NetClientOptions transport) {}

    /** The connections of one event loop. */
    record Slot(@Nullable EventLoop loop, SqlClient reader, Writers writers) {}

    private final VertxInternal vertx;
    private final String name;
    private final PgConnectOptions options;
    private final Rules rules;
    private final List<Slot> own = new ArrayList<>();
    private volatile Slot[] slots = {};

    Pools(Vertx vertx, String name, PgConnectOptions options, Rules rules) {
        this.vertx = (VertxInternal) vertx;
        this.name = name;
        this.options = options;
        this.rules = rules;
    }

    /** The connections for the event loop of the current context. */
    Slot slot() {
        var context = ContextInternal.current();
        var loop = context == null ? null : context.nettyEventLoop();
        for (var slot : slots) {
            if (slot.loop() == loop) {
                return slot;
            }
        }
        return assign(loop);
    }

    private synchronized Slot assign(@Nullable EventLoop loop) {
        for (var slot : slots) {
            if (slot.loop() == loop) {
                return slot;
            }
        }
        Slot slot;
        if (own.size() < rules.budget().loops()) {
            slot = open(loop);
            own.add(slot);
        } else {
            var shared = own.get(slots.length % own.size());
            slot = new Slot(loop, shared.reader(), shared.writers());
        }
        var more = Arrays.copyOf(slots, slots.length + 1);
        more[slots.length] = slot;
        slots = more;
        return slot;
    }

    /** Opened outside of the verticle that asks first: the connections outlive it. */
    private Slot open(@Nullable EventLoop loop) {
        var builder = vertx.contextBuilder();
        var context = (loop == null ? builder : builder.withEventLoop(loop)).build();
        var opened = new Slot[1];
        context.dispatch(() -> opened[0] = new Slot(loop, reader(), writers()));
        return opened[0];
    }

    private SqlClient reader() {
        var pool = new PoolOptions()
                .setName(name + "-read")
                .setMaxSize(share(rules.budget().readers()))
                .setConnectionTimeout(0)
                .setMaxWaitQueueSize(share(rules.waiting()));
        return PgBuilder.client()
                .with(pool)
                .with(rules.transport())
                .connectingTo(new PgConnectOptions(options)
                        .setUseLayer7Proxy(options.getUseLayer7Proxy())
                        .setPipeliningLimit(rules.pipeline()))
                .withConnectHandler(Pools::opened)
                .using(vertx)
                .build();
    }

    /** Idle connections go soon, so that other roles may open theirs; the pool itself makes nobody wait. */
    private Writers writers() {
        var pool = new PoolOptions()
                .setName(name + "-write")
                .setMaxSize(rules.budget().most())
                .setConnectionTimeout((int) rules.acquireTimeout().toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(1)
                .setIdleTimeoutUnit(TimeUnit.MINUTES)
                .setPoolCleanerPeriod(5_000);
        var writing = PgBuilder.pool()
                .with(pool)
                .with(rules.transport())
                .connectingTo(options)
                .withConnectHandler(Pools::opened)
                .using(vertx)
                .build();
        return new Writers(vertx, writing, rules.budget(), share(rules.waiting()), rules.acquireTimeout());
    }

    private int share(int all) {
        return Math.max(1, all / rules.budget().loops());
    }

    /** What one turn of the event loop sends on a connection leaves in one write. */
    private static void opened(SqlConnection connection) {
        var inner = ((SqlConnectionBase<?>) connection).unwrap().unwrap();
        if (inner instanceof SocketConnectionBase socket) {
            socket.socket()
                    .channelHandlerContext()
                    .pipeline()
                    .addFirst(new FlushConsolidationHandler(FLUSHES_MAX, true));
        }
        connection.close();
    }

    Future<?> close() {
        List<Slot> all;
        synchronized (this) {
            all = List.copyOf(own);
        }
        var closing = new ArrayList<Future<?>>();
        for (var slot : all) {
            closing.add(slot.reader().close());
            closing.add(slot.writers().pool().close());
        }
        return Future.join(closing);
    }
}
