package io.vertebra.bench;

import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/** What hostile clients do to a door, each once; whoever calls again and again counts what came of it. */
final class Attacks {
    private static final int FRAME = 65_536;
    private static final int SUBSCRIPTIONS = 10_000;
    private static final int FRAMES = 200;

    /** What came of the attacks of one kind. */
    record Toll(LongAdder tries, LongAdder refused, LongAdder cut, LongAdder held) {
        Toll() {
            this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    /** Somebody who means harm. */
    record Attacker(String from, Ports ports, String token, String orgId) {}

    /** The doors. */
    record Ports(int http, int tcp) {}

    /** One attack over a connection of its own. */
    interface Attack {
        void on(Wire wire, Attacker by, Toll toll) throws IOException;
    }

    /**
     * A kind of attack.
     *
     * @param overTcp whether it goes to the TCP door
     */
    record Kind(boolean overTcp, Attack attack) {}

    private Attacks() {}

    /** Every kind, by name. */
    static Map<String, Kind> all() {
        var all = new LinkedHashMap<String, Kind>();
        all.put("length prefix of 4 GB", tcp((wire, by, toll) -> length(wire, toll, -1)));
        all.put("length prefix of 2 GB", tcp((wire, by, toll) -> length(wire, toll, Integer.MAX_VALUE)));
        all.put("negative length", tcp((wire, by, toll) -> length(wire, toll, Integer.MIN_VALUE)));
        all.put("10,000 subscriptions", tcp(Attacks::subscriptions));
        all.put("never reads", tcp(Attacks::neverReads));
        all.put("64 KB frames in a loop", tcp(Attacks::largeFrames));
        all.put("compressed frames", new Kind(false, Attacks::compressed));
        all.put("wrong Origin", new Kind(false, Attacks::origin));
        all.put(
                "null body",
                tcp((wire, by, toll) -> frames(
                        wire,
                        by,
                        toll,
                        Wire.frame("send", "Orgs.CreateOrg").putNull("body").put("replyAddress", "r"))));
        all.put(
                "__vertx addresses",
                tcp((wire, by, toll) ->
                        frames(wire, by, toll, Wire.frame("register", "__vertx.reply." + UUID.randomUUID()))));
        all.put(
                "reply forging",
                tcp((wire, by, toll) ->
                        frames(wire, by, toll, Wire.frame("send", "r1").put("body", new JsonObject()))));
        all.put("token expiry", tcp(Attacks::expiry));
        all.put("says nothing", tcp((wire, by, toll) -> refusal(wire, toll)));
        return all;
    }

    private static Kind tcp(Attack attack) {
        return new Kind(true, attack);
    }

    /** Runs one attack on a fresh connection until the server has ended that. */
    static void run(Kind kind, Attacker by, Toll toll) {
        toll.tries().increment();
        int port = kind.overTcp() ? by.ports().tcp() : by.ports().http();
        try (var wire = new Wire(by.from(), port)) {
            kind.attack().on(wire, by, toll);
            wire.awaitEnd();
            toll.cut().increment();
        } catch (EOFException | SocketException cut) {
            toll.cut().increment();
        } catch (IOException stillOpen) {
            toll.held().increment();
        }
    }

    private static void known(Wire wire, Attacker by, Toll toll) throws IOException {
        if (!wire.authenticate(by.token())) {
            toll.refused().increment();
            wire.awaitEnd();
            throw new EOFException("cut by a limit");
        }
    }

    private static void refusal(Wire wire, Toll toll) throws IOException {
        if (Objects.equals(wire.next().getString("type"), "err")) {
            toll.refused().increment();
        }
    }

    private static void length(Wire wire, Toll toll, int length) throws IOException {
        wire.raw(ByteBuffer.allocate(1_024).putInt(length).array());
        refusal(wire, toll);
    }

    private static void subscriptions(Wire wire, Attacker by, Toll toll) throws IOException {
        known(wire, by, toll);
        var reading = Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    refusal(wire, toll);
                }
            } catch (IOException cut) {
                // The other thread notices it by its next write.
            }
        });
        try {
            for (int i = 0; i < SUBSCRIPTIONS; i++) {
                wire.send(Wire.frame("register", "orgs/" + by.orgId() + "/projects/" + new UUID(0, i) + "/events"));
            }
        } finally {
            join(reading);
        }
    }

    private static void join(Thread reading) {
        try {
            reading.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Follows everything from the beginning and asks for lists without an end; the door stops to read, then cuts. */
    private static void neverReads(Wire wire, Attacker by, Toll toll) throws IOException {
        known(wire, by, toll);
        var follow = Wire.frame("register", "orgs/" + by.orgId() + "/events");
        follow.getJsonObject("headers").put("after", "e0");
        wire.send(follow);
        var ask = Wire.bytes(Wire.frame("send", "Orgs.ListProjects")
                .put("body", new JsonObject().put("orgId", by.orgId()).put("limit", 200))
                .put("replyAddress", "r"));
        for (int i = 0; i < 100_000; i++) {
            wire.raw(ask);
        }
        toll.held().increment();
    }

    private static void largeFrames(Wire wire, Attacker by, Toll toll) throws IOException {
        known(wire, by, toll);
        var frame = Wire.bytes(new JsonObject().put("type", "ping").put("fill", "x".repeat(FRAME - 40)));
        for (int i = 0; i < 100_000; i++) {
            wire.raw(frame);
        }
        toll.held().increment();
    }

    private static void compressed(Wire wire, Attacker by, Toll toll) throws IOException {
        if (wire.upgrade("/v1/live", "Sec-WebSocket-Extensions: permessage-deflate") == 101) {
            wire.raw(new byte[] {(byte) 0xC1, (byte) 0x84, 0, 0, 0, 0, 1, 2, 3, 4});
        } else {
            toll.refused().increment();
        }
    }

    private static void origin(Wire wire, Attacker by, Toll toll) throws IOException {
        if (wire.upgrade("/v1/live", "Origin: https://evil.example") == 403) {
            toll.refused().increment();
            throw new EOFException("refused at the door");
        }
        toll.held().increment();
    }

    /** The same refused frame again and again, each refusal read, until the door has enough. */
    private static void frames(Wire wire, Attacker by, Toll toll, JsonObject frame) throws IOException {
        known(wire, by, toll);
        for (int i = 0; i < FRAMES; i++) {
            wire.send(frame);
            refusal(wire, toll);
        }
        toll.held().increment();
    }

    /** Follows, and stays beyond the end of its token. */
    private static void expiry(Wire wire, Attacker by, Toll toll) throws IOException {
        known(wire, by, toll);
        wire.send(Wire.frame("register", "orgs/" + by.orgId() + "/events"));
        while (true) {
            refusal(wire, toll);
        }
    }
}
