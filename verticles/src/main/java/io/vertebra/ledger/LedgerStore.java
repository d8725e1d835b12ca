package io.vertebra.ledger;

import io.vertebra.bus.Money;
import io.vertebra.contract.Ledger.Account;
import io.vertebra.contract.Ledger.AccountType;
import io.vertebra.contract.Ledger.Balance;
import io.vertebra.contract.Ledger.Entry;
import io.vertebra.contract.Ledger.Kind;
import io.vertebra.contract.Ledger.Phase;
import io.vertebra.contract.Ledger.Side;
import io.vertebra.contract.Ledger.Transaction;
import io.vertebra.contract.Ledger.TrialLine;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of accounts, entries and transactions. */
final class LedgerStore {
    private static final String ACCOUNT = "a.id, a.code, a.name, a.type, a.side, a.currency, a.never_negative,"
            + " s.debits_posted, s.credits_posted, s.debits_pending, s.credits_pending FROM ledger.accounts a"
            + " CROSS JOIN LATERAL ";
    private static final String NOW = "ledger.sums(a.id, 9223372036854775807) s";
    private static final String AT = "ledger.sums_at(a.id, $3) s";

    static final String FIND_ACCOUNT = "SELECT " + ACCOUNT + NOW + " WHERE a.org_id = $1 AND a.id = $2";
    static final String FIND_ACCOUNT_AT = "SELECT " + ACCOUNT + AT + " WHERE a.org_id = $1 AND a.id = $2";
    static final String LIST_ACCOUNTS = "SELECT " + ACCOUNT + NOW
            + " WHERE a.org_id = $1 AND (a.code, a.id) > ($2, $3) ORDER BY a.code, a.id LIMIT $4";
    static final String LIST_ACCOUNTS_AT = "SELECT " + ACCOUNT + "ledger.sums_at(a.id, $5) s"
            + " WHERE a.org_id = $1 AND (a.code, a.id) > ($2, $3) ORDER BY a.code, a.id LIMIT $4";
    static final String TRIAL = "SELECT a.id, a.code, a.currency, s.debits_posted, s.credits_posted"
            + " FROM ledger.accounts a CROSS JOIN LATERAL " + NOW + " WHERE a.org_id = $1 ORDER BY a.code, a.currency";
    static final String TRIAL_AT = "SELECT a.id, a.code, a.currency, s.debits_posted, s.credits_posted"
            + " FROM ledger.accounts a CROSS JOIN LATERAL ledger.sums_at(a.id, $2) s WHERE a.org_id = $1"
            + " ORDER BY a.code, a.currency";

    private static final String ENTRY = "SELECT e.account_id, e.place, e.transaction_id, t.code, e.phase, e.amount,"
            + " e.currency, e.at FROM ledger.entries e JOIN ledger.transactions t"
            + " ON t.org_id = e.org_id AND t.id = e.transaction_id";
    static final String LIST_ENTRIES =
            ENTRY + " WHERE e.org_id = $1 AND e.account_id = $2 AND e.place < $3 ORDER BY e.place DESC LIMIT $4";
    static final String ENTRIES_OF =
            ENTRY + " WHERE e.org_id = $1 AND e.transaction_id = ANY ($2) ORDER BY e.transaction_id, e.leg";

    private static final String TRANSACTION = "SELECT t.seq, t.id, t.kind, t.code, t.description, t.cause, t.refers,"
            + " r.id AS resolved_by, t.at, t.recorded_at, t.expires_at, s.sequence FROM ledger.transactions t"
            + " LEFT JOIN ledger.transactions r ON r.org_id = t.org_id AND r.refers = t.id"
            + " LEFT JOIN ledger.seals s ON s.transaction_seq = t.seq";
    static final String FIND_TRANSACTION = TRANSACTION + " WHERE t.org_id = $1 AND t.id = $2";
    static final String LIST_TRANSACTIONS =
            TRANSACTION + " WHERE t.org_id = $1 AND t.seq < $2 ORDER BY t.seq DESC LIMIT $3";
    static final String LIST_OF_CAUSE =
            TRANSACTION + " WHERE t.org_id = $1 AND t.seq < $2 AND t.cause = $4 ORDER BY t.seq DESC LIMIT $3";
    static final String EXPIRE = "SELECT ledger.expire($1, $2) AS expired";

    private LedgerStore() {}

    /** A transaction without its entries, and its place in the order of writing. */
    record Written(long seq, Transaction transaction) {}

    static Future<Optional<Account>> findAccount(Read read, UUID orgId, UUID id, @Nullable Instant at) {
        return at == null
                ? read.one(FIND_ACCOUNT, LedgerStore::account, orgId, id)
                : read.one(FIND_ACCOUNT_AT, LedgerStore::account, orgId, id, at);
    }

    static Future<List<Account>> listAccounts(Read read, UUID orgId, Cursor after, int limit, @Nullable Instant at) {
        return at == null
                ? read.list(LIST_ACCOUNTS, LedgerStore::account, orgId, after.key(), after.id(), limit)
                : read.list(LIST_ACCOUNTS_AT, LedgerStore::account, orgId, after.key(), after.id(), limit, at);
    }

    static Future<List<TrialLine>> trial(Read read, UUID orgId, @Nullable Instant at) {
        return at == null
                ? read.list(TRIAL, LedgerStore::trialLine, orgId)
                : read.list(TRIAL_AT, LedgerStore::trialLine, orgId, at);
    }

    static Future<List<Entry>> listEntries(Read read, UUID orgId, UUID accountId, long before, int limit) {
        return read.list(LIST_ENTRIES, LedgerStore::entry, orgId, accountId, before, limit);
    }

    static Future<List<Entry>> entriesOf(Read read, UUID orgId, List<UUID> transactions) {
        return read.list(ENTRIES_OF, LedgerStore::entry, orgId, transactions.toArray(UUID[]::new));
    }

    static Future<Optional<Written>> findTransaction(Read read, UUID orgId, UUID id) {
        return read.one(FIND_TRANSACTION, LedgerStore::written, orgId, id);
    }

    static Future<List<Written>> listTransactions(
            Read read, UUID orgId, long before, int limit, @Nullable String cause) {
        return cause == null
                ? read.list(LIST_TRANSACTIONS, LedgerStore::written, orgId, before, limit)
                : read.list(LIST_OF_CAUSE, LedgerStore::written, orgId, before, limit, cause);
    }

    /** Ends reservations whose time is over, and answers how many. */
    static Future<Integer> expire(Work work, int limit) {
        return work.one(EXPIRE, row -> row.getInteger("expired"), work.now(), limit)
                .map(found -> found.orElse(0));
    }

    private static Account account(Row row) {
        return new Account(
                row.getUUID("id"),
                row.getString("code"),
                row.getString("name"),
                constant(AccountType.class, row.getString("type")),
                constant(Side.class, row.getString("side")),
                row.getString("currency"),
                row.getBoolean("never_negative"),
                balance(row));
    }

    private static Balance balance(Row row) {
        return balance(
                row.getString("side").equals("debit"),
                row.getString("currency"),
                row.getLong("debits_posted"),
                row.getLong("credits_posted"),
                row.getLong("debits_pending"),
                row.getLong("credits_pending"));
    }

    /** The four sums, and what follows from them. */
    static Balance balance(boolean debit, String currency, long dPosted, long cPosted, long dPending, long cPending) {
        long posted = debit ? dPosted - cPosted : cPosted - dPosted;
        long available = posted - (debit ? cPending : dPending);
        return new Balance(
                Money.of(posted, currency), Money.of(available, currency), dPosted, cPosted, dPending, cPending);
    }

    private static TrialLine trialLine(Row row) {
        return new TrialLine(
                row.getUUID("id"),
                row.getString("code"),
                row.getString("currency"),
                row.getLong("debits_posted"),
                row.getLong("credits_posted"));
    }

    private static Entry entry(Row row) {
        long amount = row.getLong("amount");
        return new Entry(
                row.getUUID("account_id"),
                row.getLong("place"),
                row.getUUID("transaction_id"),
                row.getString("code"),
                constant(Phase.class, row.getString("phase")),
                amount > 0 ? Side.DEBIT : Side.CREDIT,
                Money.of(Math.abs(amount), row.getString("currency")),
                time(row, "at"));
    }

    private static Written written(Row row) {
        var expires = row.getOffsetDateTime("expires_at");
        var transaction = new Transaction(
                row.getUUID("id"),
                constant(Kind.class, row.getString("kind")),
                row.getString("code"),
                row.getString("description"),
                row.getString("cause"),
                row.getUUID("refers"),
                row.getUUID("resolved_by"),
                time(row, "at"),
                time(row, "recorded_at"),
                expires == null ? null : expires.toInstant(),
                row.getLong("sequence"),
                List.of());
        return new Written(row.getLong("seq"), transaction);
    }

    private static Instant time(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String label) {
        return Enum.valueOf(type, label.toUpperCase(Locale.ROOT));
    }
}
