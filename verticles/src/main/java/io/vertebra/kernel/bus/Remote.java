package io.vertebra.kernel.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Envelope;
import io.vertebra.bus.Parcel;
import io.vertebra.bus.ParcelCodec;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Reply;
import io.vertebra.bus.Request;
import io.vertebra.bus.Wire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to other nodes: sealed envelopes over the clustered event bus, each addressed to one node that is known to
 * carry the domain. What only reads is asked once more of another node when the first does not answer in time.
 */
public final class Remote {
    private static final Logger LOG = LoggerFactory.getLogger(Remote.class);
    private static final long MAX_FIRST_ATTEMPT_MS = 2_000;
    private static final int REFUSED = 403;

    private final Vertx vertx;
    private final Cluster cluster;
    private final Switchboard board;
    private final Wire wire;
    private final Clock clock;
    private final Counter broken;
    private final Counter retried;
    private final Repetitions repetitions = new Repetitions();
    private final Queue<Future<?>> registrations = new ConcurrentLinkedQueue<>();

    /** Connects a switchboard with the other nodes of its cluster. */
    public Remote(Vertx vertx, Cluster cluster, Switchboard board, Wire wire, Clock clock, MeterRegistry meters) {
        this.vertx = vertx;
        this.cluster = cluster;
        this.board = board;
        this.wire = wire;
        this.clock = clock;
        this.broken = meters.counter("bus.envelopes.refused");
        this.retried = meters.counter("bus.retries");
        vertx.eventBus().registerCodec(new ParcelCodec()).addInboundInterceptor(this::disbelieve);
    }

    private static String address(String domain, String node) {
        return domain + "@" + node;
    }

    <R> Future<R> ask(Target target, Call call, Request<R> request) {
        var operation = target.operation();
        var node = cluster.next(operation.domain(), null);
        if (node == null) {
            return Future.failedFuture(Switchboard.away(operation));
        }
        var envelope = new Envelope(call, operation, request);
        long left = call.deadline() - clock.millis();
        var second = cluster.next(operation.domain(), node);
        boolean mayRetry = second != null;
        long first = mayRetry && !operation.mutation() ? Math.min(MAX_FIRST_ATTEMPT_MS, left / 2) : left;
        return this.<R>attempt(target, envelope, node, first).recover(failure -> {
            if (!(failure instanceof Unanswered unanswered)) {
                return Future.failedFuture(failure);
            }
            if (second != null && (unanswered.undelivered || !operation.mutation())) {
                retried.increment();
                return this.<R>attempt(target, envelope, second, call.deadline() - clock.millis())
                        .recover(again -> Future.failedFuture(problem(target, again)));
            }
            return Future.failedFuture(problem(target, failure));
        });
    }

    private static Throwable problem(Target target, Throwable failure) {
        if (!(failure instanceof Unanswered unanswered)) {
            return failure;
        }
        if (unanswered.undelivered) {
            return Switchboard.away(target.operation());
        }
        return target.operation().mutation()
                ? Problem.of(Problems.OUTCOME_UNKNOWN, "The node that made the change did not answer.")
                : Problem.of(Problems.DEADLINE_EXCEEDED, "No node answered in time.");
    }

    /** One ask of one node; fails with {@link Unanswered} when nothing comes back. */
    private <R> Future<R> attempt(Target target, Envelope envelope, String node, long timeout) {
        if (timeout < 1) {
            return Future.failedFuture(new Unanswered(false));
        }
        Parcel parcel;
        try {
            parcel = new Parcel(envelope, wire.write(envelope, node));
        } catch (RuntimeException e) {
            return Future.failedFuture(Failures.problem(target.operation(), envelope.call(), e));
        }
        var options = new DeliveryOptions().setCodecName(ParcelCodec.NAME).setSendTimeout(timeout);
        var address = address(target.operation().domain(), node);
        var current = ContextInternal.current();
        Promise<Message<Parcel>> answered = current == null ? Promise.promise() : current.promise();
        var watch = cluster.watch(node, () -> answered.tryFail(new Unanswered(false)));
        vertx.eventBus().<Parcel>request(address, parcel, options).onComplete((message, failure) -> {
            watch.run();
            if (failure == null) {
                answered.tryComplete(message);
            } else {
                answered.tryFail(failure);
            }
        });
        return answered.future()
                .recover(failure -> Future.failedFuture(unanswered(failure, node)))
                .compose(message -> opened(target, envelope.call(), parcel, message));
    }

    private static Throwable unanswered(Throwable failure, String node) {
        if (!(failure instanceof ReplyException reply)) {
            return failure instanceof Unanswered ? failure : new Unanswered(false);
        }
        if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE) {
            LOG.warn("Node {} takes nothing from this one: is cluster.secret the same on both?", node);
        }
        return new Unanswered(reply.failureType() == ReplyFailure.NO_HANDLERS);
    }

    @SuppressWarnings("unchecked")
    private <R> Future<R> opened(Target target, Call call, Parcel ask, Message<Parcel> message) {
        var parcel = message.body();
        try {
            var reply = parcel.content() instanceof Reply same
                    ? same
                    : wire.read(target.operation(), parcel.bytes(), ask.bytes());
            if (reply.problem() != null) {
                boolean stopping = reply.problem().more().containsKey(Station.STOPPING);
                return Future.failedFuture(stopping ? new Unanswered(true) : reply.problem());
            }
            return Future.succeededFuture((R)
                    (reply.replayed() ? new Answered<>(Objects.requireNonNull(reply.answer()), true) : reply.answer()));
        } catch (Wire.BrokenSeal e) {
            forged("A reply to " + target.operation().name(), e.getMessage());
            return Future.failedFuture(new Unanswered(false));
        } catch (RuntimeException e) {
            return Future.failedFuture(Failures.problem(target.operation(), call, e));
        }
    }

    /** Lets other nodes ask this station; called on its context. */
    void listen(String domain, Station station) {
        var consumer = vertx.eventBus()
                .<Parcel>consumer(address(domain, cluster.self()), message -> receive(domain, station, message));
        registrations.add(consumer.completion());
    }

    /** Tells the other nodes what this one carries, as soon as they can reach it. */
    public Future<Void> announce(Cluster.Offer offer) {
        return Future.all(List.copyOf(registrations)).compose(reachable -> cluster.announce(offer));
    }

    private void receive(String domain, Station station, Message<Parcel> message) {
        Envelope envelope;
        try {
            var parcel = message.body();
            envelope = parcel.content() instanceof Envelope same ? same : admitted(parcel.bytes());
            if (!envelope.operation().domain().equals(domain)) {
                throw new IllegalStateException(envelope.operation() + " came to " + domain);
            }
        } catch (Wire.BrokenSeal e) {
            forged("An envelope to " + domain, e.getMessage());
            message.fail(REFUSED, "not sealed by this cluster");
            return;
        } catch (Problem problem) {
            reply(message, Reply.of(problem));
            return;
        } catch (RuntimeException e) {
            LOG.error("An envelope to {} could not be read", domain, e);
            var unread = Problem.of(Problems.INTERNAL_ERROR, "The request could not be read by its domain.");
            reply(message, Reply.of(unread));
            return;
        }
        serve(station, envelope, message);
    }

    /** Opens an ask; one that came before gets no sealed answer, which could stand for the true one. */
    private Envelope admitted(byte[] bytes) {
        var received = wire.read(bytes, cluster.self());
        long deadline = received.envelope().call().deadline();
        long now = clock.millis();
        if (deadline <= now) {
            throw Problem.of(Problems.DEADLINE_EXCEEDED, "The deadline had passed already.");
        }
        return switch (repetitions.see(received.sender(), received.number(), deadline, now)) {
            case FIRST -> received.envelope();
            case REPEATED -> throw new Wire.BrokenSeal("it came before");
            case FULL ->
                throw Problem.of(Problems.UNAVAILABLE, "Too many nodes ask this one.")
                        .with("retryAfter", 1);
        };
    }

    private void forged(String what, @Nullable String why) {
        broken.increment();
        LOG.warn("{} was refused: {}", what, why);
    }

    /** Only this node itself knows that nobody was there to be asked: nobody else is believed. */
    private void disbelieve(DeliveryContext<Object> context) {
        boolean fails = context.message().body() instanceof ReplyException reply
                && reply.failureType() != ReplyFailure.RECIPIENT_FAILURE;
        if (fails) {
            forged("The failure of an ask", "it came from another node");
        } else {
            context.next();
        }
    }

    private void serve(Station station, Envelope envelope, Message<Parcel> message) {
        var call = envelope.call();
        var operation = envelope.operation();
        station.serve(board.target(operation), call, envelope.request()).onComplete((answer, failure) -> {
            if (failure != null) {
                reply(message, Reply.of(Failures.problem(operation, call, failure)));
                return;
            }
            try {
                reply(
                        message,
                        answer instanceof Answered<?> kept
                                ? new Reply(kept.answer(), null, kept.replayed())
                                : Reply.of(answer));
            } catch (RuntimeException e) {
                reply(message, Reply.of(Failures.problem(operation, call, e)));
            }
        });
    }

    private void reply(Message<Parcel> message, Reply reply) {
        message.reply(
                new Parcel(reply, wire.write(reply, message.body().bytes())),
                new DeliveryOptions().setCodecName(ParcelCodec.NAME));
    }

    /** No answer came. */
    private static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean undelivered;

        Unanswered(boolean undelivered) {
            super(null, null, false, false);
            this.undelivered = undelivered;
        }
    }
}
