package io.vertebra.live;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Addresses;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may come in at all: from which pages and addresses, and how many. */
final class Entrance {
    private final Room room;
    private final Addresses addresses;
    private final List<String> origins;
    private final String own;
    private boolean draining;

    Entrance(Room room, Addresses addresses, List<String> origins, String own) {
        this.room = room;
        this.addresses = addresses;
        this.origins = origins;
        this.own = own;
    }

    Room room() {
        return room;
    }

    /** Why a page or a program may not come in. */
    @Nullable
    Problem refusal(HttpServerRequest request) {
        if (!known(request.getHeader("origin"), request.getHeader("host"))) {
            return Problem.of(Problems.FORBIDDEN, "Pages of this origin may not connect.");
        }
        return draining ? full() : null;
    }

    private boolean known(@Nullable String origin, @Nullable String host) {
        return origin == null
                || origin.equals(own)
                || origin.substring(origin.indexOf("//") + 2).equals(host)
                || origins.contains(origin);
    }

    static Problem full() {
        return Problem.of(Problems.UNAVAILABLE, "No more connections are taken here.")
                .with("retryAfter", 1);
    }

    /** Who the client is. */
    String address(HttpServerRequest request) {
        var peer = request.remoteAddress().hostAddress();
        return addresses.client(peer == null ? "" : peer, request.getHeader("x-forwarded-for"));
    }

    /** Counts a connection of this address; answers why it may not come in, or null. */
    Future<@Nullable Problem> admit(String address) {
        var call = room.call(address, null, Requests.Terms.NONE);
        return room.gate().admitAnyone(call).map(admitted -> admitted.refusal());
    }

    Future<@Nullable Problem> admit(HttpServerRequest request) {
        return admit(address(request));
    }

    /** Gives a connection its place; null when all are taken. */
    @Nullable
    Session enter(Channel channel, Dialect dialect, String address, @Nullable String agent) {
        if (draining || !room.census().enter()) {
            return null;
        }
        var session = new Session(room, channel, dialect, address, agent);
        room.entered(session);
        return session;
    }

    /** Lets nobody in any more and ends what is open. */
    void drain() {
        draining = true;
        room.close();
    }
}
