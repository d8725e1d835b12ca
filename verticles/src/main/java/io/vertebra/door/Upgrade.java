package io.vertebra.door;

import io.vertebra.kernel.module.Doorway;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.shareddata.Shareable;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go on that become sockets: the socket door of an event loop leaves this for the REST door of the same
 * loop, so that both share one port.
 *
 * @param accept takes the request
 */
public record Upgrade(Handler<HttpServerRequest> accept) implements Shareable {
    /** The path of the WebSocket. */
    public static final String PATH = "/v1/live";

    /** What the paths of SockJS begin with. */
    public static final String BRIDGE = "/eventbus";

    /** What both sides of its sockets speak. */
    public static final String SUBPROTOCOL = "vertebra.live.v1";

    private static final String MAP = "vertebra.upgrades";

    /** Leaves it for the REST door of the same event loop. */
    public void offer(Doorway on) {
        on.vertx().sharedData().<Integer, Upgrade>getLocalMap(MAP).put(on.instance(), this);
    }

    /** Whether a path is the socket door's. */
    public static boolean takes(@Nullable String path) {
        return path != null && (path.equals(PATH) || path.equals(BRIDGE) || path.startsWith(BRIDGE + "/"));
    }

    /** What the socket door of this event loop left; null when there is none. */
    public static @Nullable Upgrade of(Doorway on) {
        return on.vertx().sharedData().<Integer, Upgrade>getLocalMap(MAP).get(on.instance());
    }
}
