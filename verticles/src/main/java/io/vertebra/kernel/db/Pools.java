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
import io.vertx.sqlclient.Pool;
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
     * How many connections a role has on this node.
     *
     * @param loops how many event loops work for it
     * @param writers connections for transactions, over all loops
     * @param readers pipelined connections for reads, over all loops
     * @param pipeline statements in flight on one reading connection
     * @param waiting how many transactions, and how many reads, may wait for a connection, over all loops
     */
    record Size(
            int loops,
            int writers,
            int readers,
            int pipeline,
            int waiting,
            Duration acquireTimeout,
            NetClientOptions transport) {}

    /** The connections of one event loop. */
    record Slot(@Nullable EventLoop loop, SqlClient reader, Pool writer) {}

    private final VertxInternal vertx;
    private final String name;
    private final PgConnectOptions options;
    private final Size size;
    private final List<Slot> own = new ArrayList<>();
    private volatile Slot[] slots = {};

    Pools(Vertx vertx, String name, PgConnectOptions options, Size size) {
        this.vertx = (VertxInternal) vertx;
        this.name = name;
        this.options = options;
        this.size = size;
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
        if (own.size() < size.loops()) {
            slot = open(loop);
            own.add(slot);
        } else {
            var shared = own.get(slots.length % own.size());
            slot = new Slot(loop, shared.reader(), shared.writer());
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
        context.dispatch(() -> opened[0] = new Slot(loop, reader(), writer()));
        return opened[0];
    }

    private SqlClient reader() {
        var pool = new PoolOptions()
                .setName(name + "-read")
                .setMaxSize(share(size.readers()))
                .setConnectionTimeout(0)
                .setMaxWaitQueueSize(share(size.waiting()));
        return PgBuilder.client()
                .with(pool)
                .with(size.transport())
                .connectingTo(new PgConnectOptions(options).setPipeliningLimit(size.pipeline()))
                .withConnectHandler(Pools::opened)
                .using(vertx)
                .build();
    }

    private Pool writer() {
        var pool = new PoolOptions()
                .setName(name + "-write")
                .setMaxSize(share(size.writers()))
                .setMaxWaitQueueSize(share(size.waiting()))
                .setConnectionTimeout((int) size.acquireTimeout().toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(5)
                .setIdleTimeoutUnit(TimeUnit.MINUTES)
                .setPoolCleanerPeriod(30_000);
        return PgBuilder.pool()
                .with(pool)
                .with(size.transport())
                .connectingTo(options)
                .withConnectHandler(Pools::opened)
                .using(vertx)
                .build();
    }

    private int share(int all) {
        return Math.max(1, all / size.loops());
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
            closing.add(slot.writer().close());
        }
        return Future.join(closing);
    }
}
