package io.vertebra.kernel.module;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Event;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Request;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Fact;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.mail.Postman;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import javax.crypto.SecretKey;

/** What a domain's {@link Domain#open} says with. Start-up fails when an operation of the contract has no handler. */
public interface Wiring {
    /** Answers from one or more reads. */
    @FunctionalInterface
    interface Reader<Q, R> {
        Future<R> read(Read read, Q request);
    }

    /** Answers inside one transaction. */
    @FunctionalInterface
    interface Writer<Q, R> {
        Future<R> write(Work work, Q request);
    }

    /** Fetches or computes what the transaction needs, before it opens: asks a neighbour, hashes a password. */
    @FunctionalInterface
    interface Preparation<Q, P> {
        Future<P> prepare(Read read, Q request);
    }

    /** Answers inside one transaction from what was prepared. */
    @FunctionalInterface
    interface PreparedWriter<Q, P, R> {
        Future<R> write(Work work, Q request, P prepared);
    }

    /** Applies an event inside the transaction that moves the reader's cursor. */
    @FunctionalInterface
    interface Follower<E extends Event> {
        Future<?> follow(Work work, Fact<E> fact);
    }

    /** Runs a job; {@link Run} brings short transactions, each guarded by the job's fencing token. */
    @FunctionalInterface
    interface Job {
        Future<?> run(Run run);
    }

    /** Answers this operation by reading. */
    <R, Q extends Request<R>> Wiring read(Class<Q> operation, Reader<Q, R> handler);

    /** Answers this operation inside one transaction: rows, audit record, events and the reply to keep. */
    <R, Q extends Request<R>> Wiring ask(Class<Q> operation, Writer<Q, R> handler);

    /** Answers this operation inside one transaction that opens when {@code prepare} is done. */
    <R, Q extends Request<R>, P> Wiring ask(
            Class<Q> operation, Preparation<Q, P> prepare, PreparedWriter<Q, P, R> handler);

    /** Says which problem the violation of a constraint of this domain's tables stands for. */
    Wiring constraint(String name, Problem problem);

    /** Follows an event of any domain with an effect in this domain's tables; each event has its effect once. */
    <E extends Event> Wiring follow(String reader, Class<E> event, From from, Follower<E> handler);

    /** Runs a job by this schedule, on one node of the cluster at a time. */
    Wiring every(String job, Schedule schedule, Job handler);

    /** Declares the operations of other domains that this one asks; they become its permissions and dependencies. */
    Wiring asks(Class<?>... operations);

    /** The domain's section of the configuration, bound to this record and validated. */
    <T extends Record> T config(Class<T> type);

    /** A key that only this domain has, derived from the master secret for this purpose; the same on every node. */
    SecretKey key(String purpose);

    /** The name that people know the platform by; mails begin with it. */
    String appName();

    /** Where people reach the platform, without a slash at the end; links in mails start with it. */
    URI publicUrl();

    /** Brings mails on their way; a {@link io.vertebra.kernel.mail.MailQueue} keeps them until then. */
    Postman postman();

    /** Asks other domains, as {@code service:<domain>}. */
    Bus bus();

    /** The Vert.x instance, for timers and bounded worker pools. */
    Vertx vertx();

    /** The clock of the platform; tests set it. */
    Clock clock();

    /** The meters of the platform. */
    MeterRegistry meters();
}
