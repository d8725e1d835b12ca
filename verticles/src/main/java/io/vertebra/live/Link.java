package io.vertebra.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Admission;
import io.vertebra.door.Documents;
import io.vertebra.kernel.telemetry.Trail;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: who it is, what runs on it, and when it ends. Everything that a client can make grow is bounded; a
 * client that does not read is not read from either.
 */
final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final int RUNNING_MAX = 32;
    private static final int FAULTS_MAX = 50;
    private static final int ID_LENGTH_MAX = 64;
    private static final long LOOK_MS = 5_000;
    private static final short VIOLATION = 1008;
    private static final short UNAUTHENTICATED = 4401;
    private static final short SILENT = 4408;

    private final Room room;
    private final ServerWebSocket socket;
    private final String address;
    private final @Nullable String agent;
    private final Subscriptions subscriptions;
    private final Requests requests;
    private final Set<Long> timers = new HashSet<>();
    private @Nullable String token;
    private @Nullable UUID principal;
    private long epoch;
    private long expiry = -1;
    private int running;
    private int faults;
    private boolean answered = true;
    private boolean ended;

    Link(Room room, ServerWebSocket socket, String address, @Nullable String agent) {
        this.room = room;
        this.socket = socket;
        this.address = address;
        this.agent = agent;
        this.subscriptions = new Subscriptions(room, this);
        this.requests = new Requests(room, this);
    }

    /** Listens; with a token from the handshake it authenticates at once. */
    void begin(@Nullable String given) {
        var settings = room.settings();
        socket.textMessageHandler(this::receive);
        socket.binaryMessageHandler(bytes -> fault(null, malformed("Frames are text.")));
        socket.exceptionHandler(failure -> log.debug("A socket failed: {}", failure.getMessage()));
        socket.drainHandler(nothing -> drained());
        socket.pongHandler(pong -> answered = true);
        timers.add(vertx().setTimer(settings.authTimeout().toMillis(), late -> {
            if (token == null) {
                close(SILENT, "nobody authenticated in time");
            }
        }));
        timers.add(vertx().setPeriodic(settings.pingInterval().toMillis(), due -> ping()));
        timers.add(vertx().setPeriodic(LOOK_MS, due -> look()));
        if (given != null) {
            authenticate(given);
        }
    }

    /** The connection is gone. */
    void ended() {
        ended = true;
        timers.forEach(vertx()::cancelTimer);
        vertx().cancelTimer(expiry);
        subscriptions.close();
    }

    void close(short code, String reason) {
        if (!ended) {
            socket.close(code, reason);
        }
    }

    void send(String frame) {
        if (!ended && !socket.isClosed()) {
            socket.writeTextMessage(frame);
        }
    }

    /** Whether the client reads more slowly than it is written to. */
    boolean full() {
        return !socket.isClosed() && socket.writeQueueFull();
    }

    private void drained() {
        listen();
        subscriptions.resume();
    }

    /** Reads on, unless too much runs or the client does not read either. */
    private void listen() {
        if (running < RUNNING_MAX && !full()) {
            socket.resume();
        }
    }

    void refuse(@Nullable String id, Throwable failure, String requestId) {
        if (!(failure instanceof Problem)) {
            log.error("Request {} over a socket failed", requestId, failure);
        }
        var problem = failure instanceof Problem known
                ? known
                : Problem.of(Problems.INTERNAL_ERROR, "The request failed by a fault on our side; it was logged.");
        send(Frames.error(id, problem, room.origin(), requestId));
    }

    private void receive(String text) {
        String id = null;
        try {
            var frame = Documents.object(text.getBytes(StandardCharsets.UTF_8));
            id = frame.path("id").isTextual() ? frame.get("id").asText() : null;
            if (id != null && id.length() > ID_LENGTH_MAX) {
                id = null;
                throw malformed("An id has at most " + ID_LENGTH_MAX + " characters.");
            }
            receive(frame.path("op").asText(), id, frame);
        } catch (Problem problem) {
            fault(id, problem);
        }
    }

    private void receive(String op, @Nullable String id, ObjectNode frame) {
        if (op.equals("auth")) {
            authenticate(text(frame, "token"));
            return;
        }
        if (token == null) {
            refuse(id, unauthenticated(), "auth");
            close(UNAUTHENTICATED, "authenticate first");
            return;
        }
        if (id == null) {
            fault(null, malformed("The frame has no id."));
            return;
        }
        switch (op) {
            case "sub" ->
                subscriptions.add(id, text(frame, "topic"), frame.path("after").asText(null));
            case "unsub" -> subscriptions.remove(id);
            case "req" -> requests.ask(id, frame);
            default -> fault(id, malformed("The operation of the frame is not known here."));
        }
    }

    private static String text(ObjectNode frame, String name) {
        if (!frame.path(name).isTextual()) {
            throw malformed("The frame has no " + name + ".");
        }
        return frame.get(name).asText();
    }

    private void authenticate(String given) {
        var call = room.call(address, agent, null, null);
        room.gate()
                .admit(call, given)
                .onComplete(
                        admitted -> {
                            var other = principal != null
                                    && !principal.equals(
                                            admitted.call().caller().id());
                            if (admitted.refusal() != null || other) {
                                refuse(
                                        null,
                                        admitted.refusal() != null ? admitted.refusal() : unauthenticated(),
                                        call.requestId());
                                close(UNAUTHENTICATED, "the token was refused");
                                return;
                            }
                            authenticated(given, admitted);
                        },
                        failure -> refuse(null, failure, call.requestId()));
    }

    private void authenticated(String given, Admission admitted) {
        if (ended) {
            return;
        }
        token = given;
        principal = admitted.call().caller().id();
        follow(admitted);
        vertx().cancelTimer(expiry);
        var left = admitted.expiresAtMs() - room.on().clock().millis();
        expiry = vertx().setTimer(Math.max(1, left), over -> expired());
        send(Frames.authenticated(admitted.expiresAtMs()));
    }

    private void expired() {
        refuse(null, unauthenticated(), "expiry");
        close(UNAUTHENTICATED, "the token has expired");
    }

    /** Lets one step through the gate as its caller; what runs at once is bounded. */
    void enter(
            @Nullable String key,
            @Nullable Long ifMatch,
            String id,
            java.util.function.Function<Admission, Future<?>> step) {
        var call = room.call(address, agent, key, ifMatch);
        running++;
        if (running >= RUNNING_MAX || full()) {
            socket.pause();
        }
        room.gate()
                .admit(call, Objects.requireNonNull(token))
                .compose(admitted -> {
                    if (admitted.refusal() != null) {
                        return Future.failedFuture(admitted.refusal());
                    }
                    Trail.put(admitted.call(), null);
                    return step.apply(admitted).map(done -> (Object) done);
                })
                .onComplete(done -> {
                    running--;
                    listen();
                    if (done.failed()) {
                        refuse(id, done.cause(), call.requestId());
                        lost(done.cause());
                    }
                });
    }

    private void lost(Throwable failure) {
        if (failure instanceof Problem problem && problem.status() == Problems.UNAUTHENTICATED.status()) {
            close(UNAUTHENTICATED, "the session has ended");
        }
    }

    /** A session may end, and rights may change, while nothing is asked. */
    private void look() {
        if (token == null || subscriptions.isEmpty()) {
            return;
        }
        var call = room.call(address, agent, null, null);
        room.gate()
                .look(call, token)
                .onComplete(
                        admitted -> {
                            if (admitted.refusal() != null) {
                                refuse(null, admitted.refusal(), call.requestId());
                                lost(admitted.refusal());
                            } else {
                                follow(admitted);
                            }
                        },
                        this::lost);
    }

    /** Takes notice of the epoch that an admission brought; when the rights moved on, so do the subscriptions. */
    private void follow(Admission admitted) {
        if (admitted.epoch() > epoch) {
            epoch = admitted.epoch();
            subscriptions.authoriseAgain(admitted);
        }
    }

    private void ping() {
        if (!answered) {
            close(SILENT, "no sign of life");
            return;
        }
        answered = false;
        socket.writePing(Buffer.buffer("v"));
    }

    private void fault(@Nullable String id, Problem problem) {
        refuse(id, problem, "frame");
        if (++faults >= FAULTS_MAX) {
            close(VIOLATION, "too many malformed frames");
        }
    }

    private io.vertx.core.Vertx vertx() {
        return room.on().vertx();
    }

    static Problem malformed(String detail) {
        return Problem.of(Problems.MALFORMED_REQUEST, detail);
    }

    private static Problem unauthenticated() {
        return Problem.of(Problems.UNAUTHENTICATED, "No valid access token came with the request.");
    }
}
