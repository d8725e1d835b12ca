package io.vertebra.kernel.mail;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mails of one domain that wait in its table {@code mails}: put there in the transaction of the change that they tell
 * of, sealed, since they carry single-use links; sent by a job, at least once, with growing pauses; parked after the
 * last attempt. The table is
 * {@code (id uuid PRIMARY KEY, sealed bytea, attempts int DEFAULT 0, due_at timestamptz, error text)}.
 */
public final class MailQueue {
    private static final Logger LOG = LoggerFactory.getLogger(MailQueue.class);
    private static final int BATCH = 8;
    private static final int FORGOTTEN_AT_ONCE = 500;
    private static final Duration RUN_MAX = Duration.ofSeconds(30);
    /** For how long a mail belongs to the run that took it; longer than a run may last. */
    private static final Duration CLAIMED = Duration.ofMinutes(2);

    private static final int ATTEMPTS_MAX = 10;
    private static final Duration PAUSE_MIN = Duration.ofSeconds(30);
    private static final Duration PAUSE_MAX = Duration.ofHours(1);
    private static final int ERROR_LENGTH_MAX = 300;

    private final Vault vault;
    private final Postman postman;
    private final Counter sent;
    private final Counter failed;
    private final Counter parked;
    private final String insert;
    private final String claim;
    private final String delete;
    private final String note;
    private final String forget;

    /**
     * The queue of a domain.
     *
     * @param domain its name, which is its schema
     * @param key a key of its own
     */
    public MailQueue(String domain, SecretKey key, Postman postman, MeterRegistry meters) {
        this.vault = new Vault(key);
        this.postman = postman;
        this.sent = meters.counter("mails", "domain", domain, "status", "sent");
        this.failed = meters.counter("mails", "domain", domain, "status", "failed");
        this.parked = meters.counter("mails", "domain", domain, "status", "parked");
        this.insert = "INSERT INTO %s.mails (id, sealed, due_at) VALUES ($1, $2, $3)".formatted(domain);
        this.claim = """
                UPDATE %1$s.mails SET attempts = attempts + 1, due_at = $2
                 WHERE id IN (SELECT id FROM %1$s.mails WHERE due_at <= $1 AND attempts < $3
                               ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
                RETURNING id, sealed, attempts""".formatted(domain);
        this.delete = "DELETE FROM %s.mails WHERE id = $1".formatted(domain);
        this.forget = """
                DELETE FROM %1$s.mails WHERE id IN (SELECT id FROM %1$s.mails WHERE attempts >= $1 AND due_at < $2
                                                     LIMIT $3 FOR UPDATE SKIP LOCKED)""".formatted(domain);
        this.note = "UPDATE %s.mails SET due_at = $2, error = $3 WHERE id = $1".formatted(domain);
    }

    /** Puts a mail into the queue; it commits with the change or not at all. */
    public Future<Void> put(Work work, Mail mail) {
        var id = work.newId();
        var plain = new JsonObject()
                .put("to", mail.to())
                .put("subject", mail.subject())
                .put("text", mail.text())
                .put("html", mail.html());
        var sealed = vault.seal(plain.encode().getBytes(StandardCharsets.UTF_8), place(id));
        return work.run(insert, id, Buffer.buffer(sealed), at(work.now())).mapEmpty();
    }

    /** Sends what is due; the job that a domain runs every second. */
    public Future<Void> send(Run run) {
        return sendUntil(run, System.nanoTime() + RUN_MAX.toNanos());
    }

    /** Forgets mails that were parked so long ago; a job that a domain runs now and then. */
    public Future<Integer> forgetParked(Run run, Duration kept) {
        return run.drain(
                FORGOTTEN_AT_ONCE,
                work -> work.run(forget, ATTEMPTS_MAX, at(work.now().minus(kept)), FORGOTTEN_AT_ONCE));
    }

    private Future<Void> sendUntil(Run run, long endNanos) {
        return run.inWork(work -> work.list(
                        claim, MailQueue::waiting, at(work.now()), at(work.now().plus(CLAIMED)), ATTEMPTS_MAX, BATCH))
                .compose(mails -> Future.join(
                                mails.stream().map(mail -> send(run, mail)).toList())
                        .compose(sent -> mails.size() == BATCH && System.nanoTime() - endNanos < 0
                                ? sendUntil(run, endNanos)
                                : Future.succeededFuture()));
    }

    private Future<Void> send(Run run, Waiting waiting) {
        return open(waiting)
                .compose(postman::send)
                .compose(
                        nothing -> {
                            sent.increment();
                            return run.inWork(work -> work.run(delete, waiting.id()));
                        },
                        failure -> retryLater(run, waiting, failure))
                .mapEmpty();
    }

    private Future<Integer> retryLater(Run run, Waiting waiting, Throwable failure) {
        boolean last = waiting.attempts() >= ATTEMPTS_MAX;
        (last ? parked : failed).increment();
        var reason = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        var cut = reason.substring(0, Math.min(reason.length(), ERROR_LENGTH_MAX));
        var then = last ? "it is parked" : "it is tried again";
        LOG.warn("mail {} was not taken at attempt {}, {}", waiting.id(), waiting.attempts(), then);
        return run.inWork(work -> work.run(note, waiting.id(), at(work.now().plus(pause(waiting.attempts()))), cut));
    }

    private Future<Mail> open(Waiting waiting) {
        try {
            var plain = new String(vault.open(waiting.sealed(), place(waiting.id())), StandardCharsets.UTF_8);
            var mail = new JsonObject(plain);
            return Future.succeededFuture(new Mail(
                    mail.getString("to"), mail.getString("subject"), mail.getString("text"), mail.getString("html")));
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e);
        }
    }

    static Duration pause(int attempts) {
        var pause = PAUSE_MIN.multipliedBy(1L << Math.min(attempts - 1, 16));
        return pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
    }

    private static Waiting waiting(Row row) {
        return new Waiting(row.getUUID("id"), row.getBuffer("sealed").getBytes(), row.getInteger("attempts"));
    }

    private static byte[] place(UUID id) {
        return id.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private record Waiting(UUID id, byte[] sealed, int attempts) {}
}
