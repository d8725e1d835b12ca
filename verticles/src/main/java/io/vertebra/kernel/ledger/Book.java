package io.vertebra.kernel.ledger;

import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The book of one org in an open transaction. What is refused (a balance that does not suffice, an id that stands for
 * another posting) fails with the constraint that the database names; a domain says with {@code Wiring.constraint}
 * which problem each stands for.
 */
public final class Book {
    private static final String COLUMNS = "SELECT account_id, code, side, currency, debits_posted, credits_posted,"
            + " debits_pending, credits_pending FROM ";
    private static final String TIME = "SELECT ledger.time($1, $2) AS at";
    private static final String SET_TIME = "SELECT ledger.set_time($1, $2) AS at";
    private static final String OPEN = "SELECT ledger.open($1, $2, $3, $4, $5, $6, $7) AS opened";
    private static final String POST = COLUMNS + "ledger.post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    private static final String RESOLVE = COLUMNS + "ledger.resolve($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    private static final String REVERSE = COLUMNS + "ledger.reverse($1, $2, $3, $4, $5, $6, $7)";
    private static final String BALANCES = COLUMNS + "ledger.balances($1, $2)";

    private final Work work;
    private final UUID orgId;

    private Book(Work work, UUID orgId) {
        this.work = work;
        this.orgId = orgId;
    }

    /** The book of this org. */
    public static Book of(Work work, UUID orgId) {
        return new Book(work, orgId);
    }

    /** The time of an org: simulated when it is on a test clock. */
    public static Future<Instant> time(Read read, UUID orgId, Instant real) {
        return read.one(TIME, row -> row.getOffsetDateTime("at").toInstant(), orgId, real)
                .map(found -> found.orElse(real));
    }

    /** The time of the org. */
    public Future<Instant> time() {
        return time(work, orgId, work.now());
    }

    /** Puts the org on a test clock or moves it on; false when that would move it back. */
    public Future<Boolean> setTime(Instant at) {
        return work.one(SET_TIME, row -> row.getOffsetDateTime("at") != null, orgId, at)
                .map(set -> set.orElse(false));
    }

    /** Opens those of the accounts that are not open yet; all of one currency. */
    public Future<Void> open(Collection<BookAccount> accounts) {
        var all = List.copyOf(accounts);
        return work.one(
                        OPEN,
                        row -> row.getInteger("opened"),
                        orgId,
                        all.stream().map(account -> account.id(orgId)).toArray(UUID[]::new),
                        all.stream().map(BookAccount::code).toArray(String[]::new),
                        all.stream().map(BookAccount::name).toArray(String[]::new),
                        all.stream().map(account -> account.type().label()).toArray(String[]::new),
                        all.getFirst().currency(),
                        all.stream().map(BookAccount::neverNegative).toArray(Boolean[]::new))
                .mapEmpty();
    }

    /** Posts, and answers the balances of the accounts touched. */
    public Future<List<Balance>> post(Posting posting) {
        return write(posting, false, null);
    }

    /** Reserves the amounts until they are settled or released, or until {@code expiresAt}. */
    public Future<List<Balance>> hold(Posting posting, @Nullable Instant expiresAt) {
        return write(posting, true, expiresAt);
    }

    private Future<List<Balance>> write(Posting posting, boolean pending, @Nullable Instant expiresAt) {
        return work.list(
                POST,
                Balance::of,
                orgId,
                posting.id(),
                posting.code(),
                posting.description(),
                posting.cause(),
                utc(posting.at()),
                work.now(),
                pending,
                utc(expiresAt),
                accounts(posting.legs()),
                amounts(posting.legs()));
    }

    /** Posts all that the pending transaction reserved. */
    public Future<List<Balance>> settle(UUID id, UUID pending) {
        return resolve(id, pending, "settle", null, null);
    }

    /** Posts this much of a pending transaction of two legs and releases the rest. */
    public Future<List<Balance>> settle(UUID id, UUID pending, long amount) {
        return resolve(id, pending, "settle", null, new Long[] {amount});
    }

    /** Posts these legs of what the pending transaction reserved and releases the rest. */
    public Future<List<Balance>> settle(UUID id, UUID pending, List<Leg> legs) {
        return resolve(id, pending, "settle", accounts(legs), amounts(legs));
    }

    /** Releases what the pending transaction reserved. */
    public Future<List<Balance>> release(UUID id, UUID pending) {
        return resolve(id, pending, "void", null, null);
    }

    private Future<List<Balance>> resolve(
            UUID id, UUID pending, String kind, UUID @Nullable [] accounts, Long @Nullable [] amounts) {
        return work.list(RESOLVE, Balance::of, orgId, id, pending, kind, null, null, work.now(), accounts, amounts);
    }

    /** Takes a posted transaction back by a further one. */
    public Future<List<Balance>> reverse(UUID id, UUID reversed, String code, @Nullable String description) {
        return work.list(REVERSE, Balance::of, orgId, id, reversed, code, description, null, work.now());
    }

    /** The balances of these accounts of an org, those that are open. */
    public static Future<List<Balance>> balances(Read read, UUID orgId, Collection<UUID> accounts) {
        return read.list(BALANCES, Balance::of, orgId, accounts.toArray(UUID[]::new));
    }

    private static UUID[] accounts(List<Leg> legs) {
        return legs.stream().map(Leg::account).toArray(UUID[]::new);
    }

    private static Long[] amounts(List<Leg> legs) {
        return legs.stream().map(Leg::amount).toArray(Long[]::new);
    }

    private static java.time.@Nullable OffsetDateTime utc(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
