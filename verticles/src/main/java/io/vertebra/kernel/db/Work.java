package io.vertebra.kernel.db;

import io.vertebra.bus.Event;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One open transaction of a domain, with caller, clock and tenant set. Audit record, events, idempotent reply and
 * COMMIT are written by the kernel when the handler's future succeeds; when it fails everything is rolled back.
 *
 * <p>The handler's first statement travels with BEGIN. Until its future has completed nothing may happen outside of
 * this transaction: the request may turn out to be a replay, and then the future never completes. After a
 * serialization failure or a deadlock the handler runs again in a new transaction.
 */
public interface Work extends Read {
    /** The time of this transaction, from the platform's clock. */
    Instant now();

    /** A new id (UUIDv7). */
    UUID newId();

    /** Runs a change and answers how many rows it touched. */
    Future<Integer> run(String sql, @Nullable Object... parameters);

    /** A change that must touch exactly one row, with RETURNING: otherwise 404 or, with {@code If-Match}, 412. */
    <T> Future<T> change(String what, String sql, Function<Row, T> map, @Nullable Object... parameters);

    /** Appends an event; it commits with the change or not at all. */
    void emit(Event event);

    /** Says what the audit record names as target, where the path does not say it. */
    void target(String target);

    /** Fails with 412 when the client's {@code If-Match} names another version than this one. */
    void expectVersion(long current);

    /**
     * Makes every node look up the rights of this principal, or the state of this session, again: from the moment the
     * commit is answered on. {@link io.vertebra.bus.Caller#NOBODY} stands for the platform's policy values.
     */
    void touch(UUID subject);

    /** Founds a tenant: a new org id that this transaction may write to from now on. */
    Future<UUID> foundTenant();

    /** This transaction beyond tenants, for operators; the audit record says so. Needs a platform grant. */
    Future<Work> platform();
}
