package io.vertebra.testing;

import static io.vertebra.testing.Await.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Stands between a client and a local server and cuts connections when told to. */
public final class CutProxy implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final NetClient connector = vertx.createNetClient();
    private final NetServer server;
    private final Set<NetSocket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean refusing;
    private volatile boolean silent;
    private volatile Predicate<Buffer> cutAfter = sent -> false;

    /** A proxy before this port on 127.0.0.1. */
    public CutProxy(int port) {
        server = vertx.createNetServer().connectHandler(client -> {
            if (refusing) {
                refused.incrementAndGet();
                client.close();
                return;
            }
            client.pause();
            clients.add(client);
            if (silent) {
                return;
            }
            connector.connect(port, "127.0.0.1").onSuccess(upstream -> join(client, upstream));
        });
        await(server.listen(0, "127.0.0.1"));
    }

    private void join(NetSocket client, NetSocket upstream) {
        client.handler(sent -> {
            upstream.write(sent);
            if (cutAfter.test(sent)) {
                client.close();
            }
        });
        upstream.handler(client::write);
        client.exceptionHandler(gone -> {});
        upstream.exceptionHandler(gone -> {});
        client.closeHandler(closed -> {
            clients.remove(client);
            upstream.end();
        });
        upstream.closeHandler(closed -> client.close());
        client.resume();
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** Passes what matches on to the server, then cuts the client off, so that it never sees the answer. */
    public void cutAfter(Predicate<Buffer> sent) {
        cutAfter = sent;
    }

    /** Whether to behave like a server that is away. */
    public void refuse(boolean away) {
        refusing = away;
        if (away) {
            cutAll();
        }
    }

    /** Whether to take new connections and say nothing on them. */
    public void silent(boolean hung) {
        silent = hung;
    }

    /** How many connections came while it behaved so. */
    public int refused() {
        return refused.get();
    }

    /** Cuts every connection that stands. */
    public void cutAll() {
        clients.forEach(NetSocket::close);
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
