package io.vertebra.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Admission;
import io.vertebra.kernel.telemetry.Trail;
import io.vertebra.live.Channel.Closing;
import io.vertebra.live.Dialect.To;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: who it is, what runs on it, and when it ends. Everything that a client can make grow is bounded; a
 * client that does not read is not read from either.
 */
final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final int RUNNING_MAX = 32;
    private static final int WAITING_MAX = 64;
    private static final int FAULTS_MAX = 50;

    private final Room room;
    private final Channel channel;
    private final Dialect dialect;
    private final String address;
    private final @Nullable String agent;
    private final Subscriptions subscriptions;
    private final Spending spending;
    private final Pulse pulse;
    /** What came after the token while that was looked at. */
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(0);

    private @Nullable String token;
    private @Nullable UUID principal;
    private @Nullable UUID session;
    private long expiresAtMs = Long.MAX_VALUE;
    private long epoch;
    private long sessionEpoch;
    private boolean authenticating;
    private boolean looking;
    private int running;
    private int faults;
    private boolean ended;

    Session(Room room, Channel channel, Dialect dialect, String address, @Nullable String agent) {
        this.room = room;
        this.channel = channel;
        this.dialect = dialect;
        this.address = address;
        this.agent = agent;
        this.subscriptions = new Subscriptions(room, this);
        this.spending = new Spending(room, this);
        this.pulse = new Pulse(room, this, channel);
    }

    Dialect dialect() {
        return dialect;
    }

    /** The circumstances of the next thing that the connection asks. */
    Call call(Requests.Terms terms) {
        return room.call(address, agent, terms);
    }

    /** The connection is gone. */
    void ended() {
        if (!ended) {
            ended = true;
            waiting.clear();
            room.left(this);
            subscriptions.close();
        }
    }

    /** Says why, then ends the connection. */
    void cut(Closing why, Problem problem) {
        if (!ended) {
            send(dialect.error(To.CONNECTION, problem, "connection"));
            channel.close(why);
            ended();
        }
    }

    void send(String frame) {
        if (!ended) {
            channel.send(frame);
            room.census().sent();
        }
    }

    /** Sends an answer, if it is wanted. */
    void answer(To to, @Nullable String frame) {
        if (!to.quiet() && frame != null) {
            send(frame);
        }
    }

    /** Whether the client takes less than it is written. */
    boolean full() {
        return channel.full();
    }

    /** The client takes more again. */
    void drained() {
        pulse.drained();
        flow();
        if (!ended) {
            subscriptions.drained();
        }
    }

    /** Reads on, unless too much runs or the client does not read either. */
    void flow() {
        if (running < RUNNING_MAX && !channel.full() && !spending.deciding()) {
            channel.resume();
        } else {
            channel.pause();
        }
    }

    /** A frame came. */
    void received(String frame) {
        if (ended) {
            channel.pause();
        } else {
            pulse.heard();
            spending.heard(frame.length());
            dialect.receive(frame, this);
            flow();
        }
    }

    /** A sign of life came. */
    void alive() {
        pulse.alive();
    }

    /** What has to be looked at now and then. */
    void tick() {
        spending.settle();
        flow();
        if (expiresAtMs <= room.on().clock().millis()) {
            cut(Closing.UNAUTHENTICATED, unauthenticated("The token has expired."));
        } else {
            pulse.tick(token != null, subscriptions.isEmpty());
        }
    }

    /** Another minute has passed. */
    void held() {
        spending.held();
    }

    /** A frame that was refused before anything was done. */
    void fault(To to, Problem problem) {
        refuse(to, problem, "frame");
        if (++faults >= FAULTS_MAX) {
            cut(Closing.MALFORMED, Frames.malformed("Too many malformed frames."));
        }
    }

    private void refuse(To to, Throwable failure, String requestId) {
        if (!(failure instanceof Problem)) {
            log.error("Request {} over a connection failed", requestId, failure);
            room.on().errors().report("live", requestId, failure);
        }
        var problem = failure instanceof Problem known
                ? known
                : Problem.of(Problems.INTERNAL_ERROR, "The request failed by a fault on our side; it was logged.");
        send(dialect.error(to, problem, requestId));
    }

    void ping() {
        var pong = dialect.pong();
        if (pong != null) {
            send(pong);
        }
    }

    void subscribe(To to, String name, String topic, @Nullable String after, @Nullable Long credit) {
        known(to, () -> subscriptions.add(to, name, topic, after, credit));
    }

    void unsubscribe(To to, String name) {
        known(to, () -> {
            subscriptions.remove(name);
            answer(to, dialect.ok(to, null));
        });
    }

    /** Grants more events; nothing answers it but a refusal, or a reply that is waited for. */
    void credit(To to, String name, long more) {
        known(to, () -> subscriptions.credit(name, more));
    }

    void ask(To to, String operation, JsonNode body, Requests.Terms terms) {
        known(
                to,
                () -> enter(to, terms, admitted -> room.requests()
                        .ask(admitted, operation, body)
                        .onSuccess(done ->
                                answer(to, to.quiet() ? null : dialect.answer(to, done.body(), done.replayed())))));
    }

    /** Does it in the name of somebody who is known, now or as soon as the token was looked at. */
    private void known(To to, Runnable action) {
        if (token != null) {
            guarded(to, action);
        } else if (!authenticating) {
            refuse(to, unauthenticated("No valid access token came with the frame."), "auth");
            cut(Closing.UNAUTHENTICATED, unauthenticated("Authenticate first."));
        } else if (waiting.size() < WAITING_MAX) {
            waiting.add(() -> guarded(to, action));
        } else {
            cut(Closing.MALFORMED, Frames.malformed("Too much came before the token was looked at."));
        }
    }

    private void guarded(To to, Runnable action) {
        try {
            action.run();
        } catch (Problem problem) {
            fault(to, problem);
        }
    }

    /** Shows a token: the first one, or a fresh one of the same person. */
    void authenticate(String given, To to) {
        if (given.equals(token)) {
            answer(to, dialect.authenticated(to, expiresAtMs));
            return;
        }
        authenticating |= token == null;
        var call = call(Requests.Terms.NONE);
        room.gate()
                .admit(call, given)
                .onComplete(
                        admitted -> {
                            var caller = admitted.call().caller().id();
                            var other = principal != null && !principal.equals(caller);
                            if (admitted.refusal() != null || other) {
                                var why = admitted.refusal() != null
                                        ? admitted.refusal()
                                        : unauthenticated("The token is somebody else's.");
                                cut(why.status() == 429 ? Closing.LIMITED : Closing.UNAUTHENTICATED, why);
                            } else if (!ended) {
                                authenticated(given, admitted, to);
                            }
                        },
                        failure -> {
                            refuse(to, failure, call.requestId());
                            cut(Closing.UNAUTHENTICATED, unauthenticated("The token could not be looked at."));
                        });
    }

    private void authenticated(String given, Admission admitted, To to) {
        var caller = admitted.call().caller();
        var first = token == null;
        authenticating = false;
        token = given;
        expiresAtMs = admitted.expiresAtMs();
        if (first || !Objects.equals(session, caller.sessionId())) {
            room.unknown(this);
            principal = caller.id();
            session = caller.sessionId();
            sessionEpoch = 0;
            room.known(this);
        }
        if (first) {
            spending.begin(caller.id());
        }
        follow(admitted);
        answer(to, dialect.authenticated(to, expiresAtMs));
        while (!waiting.isEmpty() && !ended) {
            waiting.remove().run();
        }
    }

    /** Lets one step through the gate as its caller; what runs at once is bounded. */
    void enter(To to, Requests.Terms terms, Function<Admission, Future<?>> step) {
        var call = call(terms);
        running++;
        flow();
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
                    flow();
                    if (done.failed()) {
                        refuse(to, done.cause(), call.requestId());
                        lost(done.cause());
                    }
                });
    }

    private void lost(Throwable failure) {
        if (failure instanceof Problem problem && problem.status() == Problems.UNAUTHENTICATED.status()) {
            cut(Closing.UNAUTHENTICATED, unauthenticated("The session has ended."));
        }
    }

    /** Whose epochs matter to the connection; empty before somebody is known. */
    List<UUID> subjects() {
        return principal == null ? List.of() : session == null ? List.of(principal) : List.of(principal, session);
    }

    /** The epoch of one of the subjects as it was read; a later one than known is looked into. */
    void sees(UUID subject, long now) {
        if (now > (subject.equals(principal) ? epoch : sessionEpoch)) {
            look();
        }
    }

    /** Something could not be decided: it will be asked again. */
    void lookAgain() {
        epoch = -1;
    }

    /** The session may have ended, and rights may have changed, while nothing is asked. */
    void look() {
        if (token == null || looking || ended) {
            return;
        }
        looking = true;
        room.gate().look(call(Requests.Terms.NONE), token).onComplete(looked -> {
            looking = false;
            if (looked.failed()) {
                lost(looked.cause());
            } else if (looked.result().refusal() != null) {
                lost(looked.result().refusal());
            } else {
                follow(looked.result());
            }
        });
    }

    /** Takes notice of the epochs that an admission brought; when the rights moved on, so do the subscriptions. */
    private void follow(Admission admitted) {
        var ruling = admitted.ruling();
        if (ruling != null && ruling.epochs().length > 2) {
            sessionEpoch = Math.max(sessionEpoch, ruling.epochs()[2]);
        }
        if (admitted.epoch() > epoch) {
            epoch = admitted.epoch();
            subscriptions.authoriseAgain(admitted);
        }
    }

    private static Problem unauthenticated(String detail) {
        return Problem.of(Problems.UNAUTHENTICATED, detail);
    }
}
