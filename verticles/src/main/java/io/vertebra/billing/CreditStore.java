package io.vertebra.billing;

import static io.vertebra.billing.CatalogueStore.constant;
import static io.vertebra.billing.CatalogueStore.time;
import static io.vertebra.billing.CatalogueStore.timeOrNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertebra.billing.invoice.Source;
import io.vertebra.billing.invoice.Source.Part;
import io.vertebra.bus.Money;
import io.vertebra.contract.BillingCredits.CreditKind;
import io.vertebra.contract.BillingCredits.Hold;
import io.vertebra.contract.BillingCredits.HoldStatus;
import io.vertebra.contract.BillingCredits.WalletState;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Balance;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of grants, holds, wallets and payments. */
final class CreditStore {
    private static final String GRANT = "SELECT id, name, kind, currency, amount, priority, expires_at, payment_id,"
            + " granted_at FROM billing.grants";
    static final String INSERT_GRANT = "INSERT INTO billing.grants (org_id, id, name, kind, currency, amount, priority,"
            + " expires_at, payment_id, granted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    static final String FIND_GRANT = GRANT + " WHERE org_id = $1 AND id = $2";

    /** In the order in which they are used; all of them, since they are summed. */
    static final String OPEN_GRANTS = GRANT + " WHERE org_id = $1 AND currency = $2 AND NOT used_up"
            + " ORDER BY priority, expires_at NULLS LAST, id";

    static final String LIST_GRANTS = GRANT
            + " WHERE org_id = $1 AND ($2::uuid = '00000000-0000-0000-0000-000000000000'"
            + " OR (priority, coalesce(expires_at, 'infinity'), id) > (SELECT g.priority,"
            + " coalesce(g.expires_at, 'infinity'), g.id FROM billing.grants g"
            + " WHERE g.org_id = $1 AND g.id = $2))"
            + " ORDER BY priority, coalesce(expires_at, 'infinity'), id LIMIT $3";
    static final String USE_UP = "UPDATE billing.grants SET used_up = true WHERE org_id = $1 AND id = ANY ($2)";
    static final String REOPEN = "UPDATE billing.grants SET used_up = false WHERE org_id = $1 AND used_up"
            + " AND (id = ANY ($2) OR currency = $3)";

    static final String INSERT_HOLD = "INSERT INTO billing.holds"
            + " (org_id, id, purpose, resource, currency, amount, parts, status)"
            + " VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, 'held')"
            + " ON CONFLICT DO NOTHING";
    static final String LOCK_HOLD = "SELECT id, purpose, resource, currency, amount, parts::text AS parts, status"
            + " FROM billing.holds WHERE org_id = $1 AND id = $2 FOR UPDATE";
    static final String END_HOLD = "UPDATE billing.holds SET status = $3, amount = $4 WHERE org_id = $1 AND id = $2";
    private static final String WALLET = "SELECT currency, state, warn_at, clear_at, grace_hours, grace_ends_at"
            + " FROM billing.wallets WHERE org_id = $1 AND currency = $2";
    static final String FIND_WALLET = WALLET;
    static final String LOCK_WALLET = WALLET + " FOR UPDATE";
    static final String OPEN_WALLET = "INSERT INTO billing.wallets"
            + " (org_id, currency, state, warn_at, clear_at, grace_hours) VALUES ($1, $2, 'ok', 0, 0, 72)"
            + " ON CONFLICT DO NOTHING";
    static final String UPDATE_WALLET = "UPDATE billing.wallets SET state = $3, warn_at = $4, clear_at = $5,"
            + " grace_hours = $6, grace_ends_at = $7 WHERE org_id = $1 AND currency = $2";
    static final String INSERT_PAYMENT = "INSERT INTO billing.payments"
            + " (org_id, payment_id, currency, amount, invoice_id, grant_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            + " ON CONFLICT DO NOTHING";
    static final String FIND_PAYMENT = "SELECT payment_id, currency, amount, invoice_id, grant_id"
            + " FROM billing.payments WHERE org_id = $1 AND payment_id = $2";
    static final String LOCK_PAYMENT = FIND_PAYMENT + " FOR UPDATE";
    /** What refunds of a payment have taken that no grant gave. */
    static final String REFUNDED = "SELECT coalesce(sum((p.part ->> 'amount')::bigint), 0)::bigint AS amount"
            + " FROM billing.holds h CROSS JOIN LATERAL jsonb_array_elements(h.parts) p (part) WHERE h.org_id = $1"
            + " AND h.resource = $2 AND h.purpose = 'refund' AND h.status <> 'released'"
            + " AND p.part ->> 'account' = '" + Postings.REFUNDS + "'";

    static final String APPLY = "UPDATE billing.invoices SET applied = $3::text::jsonb WHERE org_id = $1 AND id = $2";
    static final String SOURCES = "SELECT id, paid, returned, applied::text AS applied FROM billing.invoices"
            + " WHERE org_id = $1 AND (id = $2 OR subscription_id = $3) AND status <> 'draft'"
            + " AND (paid > returned OR applied <> '[]') ORDER BY id DESC LIMIT 1000 FOR UPDATE";
    static final String RETURN = "UPDATE billing.invoices SET applied = $3::text::jsonb, returned = returned + $4"
            + " WHERE org_id = $1 AND id = $2";
    static final String NOTE_GRANTED =
            "UPDATE billing.invoices SET granted = granted + $3 WHERE org_id = $1 AND id = $2";

    private CreditStore() {}

    /**
     * A grant; what is left of it stands in the ledger.
     *
     * @param grantedAt by the clock of the org
     */
    record Grant(
            UUID id,
            String name,
            CreditKind kind,
            Money amount,
            int priority,
            @Nullable Instant expiresAt,
            @Nullable UUID paymentId,
            Instant grantedAt) {

        Grant of(Money part) {
            return new Grant(id, name, kind, part, priority, expiresAt, paymentId, grantedAt);
        }

        Grant at(Instant time) {
            return new Grant(id, name, kind, amount, priority, expiresAt, paymentId, time);
        }
    }

    /**
     * A grant with what is left of it.
     *
     * @param usedUp whether nothing is left and nothing of it is reserved
     */
    record Left(Grant grant, Money available, boolean usedUp) {
        static Left of(Grant grant, @Nullable Balance balance) {
            return balance == null
                    ? new Left(grant, Money.zero(grant.amount().currency()), true)
                    : new Left(
                            grant,
                            balance.available(),
                            balance.posted().nothing() && balance.available().nothing());
        }
    }

    /** A reservation, and what it is for. */
    record StoredHold(Hold hold, boolean refund, List<Part> parts) {}

    /** A wallet and its levels. */
    record StoredWallet(
            UUID orgId,
            String currency,
            WalletState state,
            long warnAt,
            long clearAt,
            int graceHours,
            @Nullable Instant graceEndsAt) {

        StoredWallet in(WalletState next, @Nullable Instant graceEnds) {
            return new StoredWallet(orgId, currency, next, warnAt, clearAt, graceHours, graceEnds);
        }

        /**
         * The state after a change. A wallet leaves grace, or what is low, only past the level for that, so that one
         * that hovers at a level tells nothing twice.
         */
        WalletState next(long available) {
            boolean cleared = available > clearAt;
            return switch (state) {
                case OK, LOW -> {
                    if (available <= 0) {
                        yield WalletState.GRACE;
                    }
                    boolean low = state == WalletState.LOW ? !cleared : available <= warnAt;
                    yield low ? WalletState.LOW : WalletState.OK;
                }
                case GRACE, RELEASED -> cleared ? WalletState.OK : state;
            };
        }

        StoredWallet at(long warn, long clear, int hours) {
            return new StoredWallet(orgId, currency, state, warn, clear, hours, graceEndsAt);
        }
    }

    /** A part of a payment as billing knows it: what it paid or bought. */
    record Paid(
            UUID paymentId,
            Money amount,
            @Nullable UUID invoiceId,
            @Nullable UUID grantId) {}

    static Future<Grant> insertGrant(Work work, UUID orgId, Grant grant) {
        return work.run(
                        INSERT_GRANT,
                        orgId,
                        grant.id(),
                        grant.name(),
                        grant.kind(),
                        grant.amount().currency(),
                        grant.amount().amount(),
                        grant.priority(),
                        grant.expiresAt(),
                        grant.paymentId(),
                        grant.grantedAt())
                .map(grant);
    }

    /** Notes which credits paid of an invoice. */
    static Future<Integer> applied(Work work, UUID orgId, UUID invoiceId, List<Part> parts) {
        return work.run(APPLY, orgId, invoiceId, CatalogueStore.json(parts));
    }

    /** What paid an invoice, or those of a subscription, the newest first; locked. */
    static Future<List<Source>> sources(
            Work work, UUID orgId, @Nullable UUID invoiceId, @Nullable UUID subscriptionId) {
        return work.list(
                SOURCES,
                row -> new Source(
                        row.getUUID("id"),
                        row.getLong("paid") - row.getLong("returned"),
                        CatalogueStore.parsed(row.getString("applied"), new TypeReference<List<Part>>() {})),
                orgId,
                invoiceId,
                subscriptionId);
    }

    static Future<Integer> giveBack(Work work, UUID orgId, Source.Back back) {
        return work.run(RETURN, orgId, back.source().invoiceId(), CatalogueStore.json(back.kept()), back.money());
    }

    /** Notes that a credit note became credits. */
    static Future<Integer> noteGranted(Work work, UUID orgId, UUID invoiceId, Money amount) {
        return work.run(NOTE_GRANTED, orgId, invoiceId, amount.amount());
    }

    static Future<Optional<Grant>> findGrant(Read read, UUID orgId, UUID id) {
        return read.one(FIND_GRANT, CreditStore::grant, orgId, id);
    }

    /** The grants of a currency that are not used up, in the order in which they are used. */
    static Future<List<Grant>> openGrants(Read read, UUID orgId, String currency) {
        return read.list(OPEN_GRANTS, CreditStore::grant, orgId, currency);
    }

    /** A page of all grants, after this one. */
    static Future<List<Grant>> listGrants(Read read, UUID orgId, UUID after, int limit) {
        return read.list(LIST_GRANTS, CreditStore::grant, orgId, after, limit);
    }

    /** These have nothing left and nothing reserved: they are not looked at any more. */
    static Future<Integer> useUp(Work work, UUID orgId, List<UUID> grants) {
        return grants.isEmpty() ? Future.succeededFuture(0) : work.run(USE_UP, orgId, grants.toArray(UUID[]::new));
    }

    /** Something came back to these grants, or may have to any of a currency. The wallet is locked by the caller. */
    static Future<Integer> reopen(Work work, UUID orgId, List<UUID> grants, @Nullable String currency) {
        return work.run(REOPEN, orgId, grants.toArray(UUID[]::new), currency);
    }

    static Future<Integer> insertHold(Work work, UUID orgId, Hold hold, boolean refund, List<Part> parts) {
        return work.run(
                INSERT_HOLD,
                orgId,
                hold.id(),
                refund ? "refund" : "usage",
                hold.resource(),
                hold.amount().currency(),
                hold.amount().amount(),
                CatalogueStore.json(parts));
    }

    static Future<Optional<StoredHold>> lockHold(Work work, UUID orgId, UUID id) {
        return work.one(
                LOCK_HOLD,
                row -> new StoredHold(
                        new Hold(
                                row.getUUID("id"),
                                constant(HoldStatus.class, row, "status"),
                                Money.of(row.getLong("amount"), row.getString("currency")),
                                row.getString("resource")),
                        row.getString("purpose").equals("refund"),
                        CatalogueStore.parsed(row.getString("parts"), new TypeReference<List<Part>>() {})),
                orgId,
                id);
    }

    static Future<Integer> endHold(Work work, UUID orgId, Hold hold) {
        return work.run(END_HOLD, orgId, hold.id(), hold.status(), hold.amount().amount());
    }

    static Future<Integer> openWallet(Work work, UUID orgId, String currency) {
        return work.run(OPEN_WALLET, orgId, currency);
    }

    static Future<Optional<StoredWallet>> findWallet(Read read, UUID orgId, String currency) {
        return read.one(FIND_WALLET, row -> wallet(orgId, row), orgId, currency);
    }

    static Future<Optional<StoredWallet>> lockWallet(Work work, UUID orgId, String currency) {
        return work.one(LOCK_WALLET, row -> wallet(orgId, row), orgId, currency);
    }

    static Future<StoredWallet> updateWallet(Work work, StoredWallet after) {
        return work.run(
                        UPDATE_WALLET,
                        after.orgId(),
                        after.currency(),
                        after.state(),
                        after.warnAt(),
                        after.clearAt(),
                        after.graceHours(),
                        after.graceEndsAt())
                .map(after);
    }

    static Future<Integer> insertPayment(Work work, UUID orgId, Paid paid, Instant at) {
        return work.run(
                INSERT_PAYMENT,
                orgId,
                paid.paymentId(),
                paid.amount().currency(),
                paid.amount().amount(),
                paid.invoiceId(),
                paid.grantId(),
                at);
    }

    /** What became of a payment: a part of an invoice, credits, or both. */
    static Future<List<Paid>> lockPayment(Work work, UUID orgId, UUID paymentId) {
        return work.list(LOCK_PAYMENT, CreditStore::paid, orgId, paymentId);
    }

    static Future<List<Paid>> findPayment(Read read, UUID orgId, UUID paymentId) {
        return read.list(FIND_PAYMENT, CreditStore::paid, orgId, paymentId);
    }

    static Future<Money> refunded(Read read, UUID orgId, String resource, String currency) {
        return read.one(REFUNDED, row -> Money.of(row.getLong("amount"), currency), orgId, resource)
                .map(Optional::orElseThrow);
    }

    private static Paid paid(Row row) {
        return new Paid(
                row.getUUID("payment_id"),
                Money.of(row.getLong("amount"), row.getString("currency")),
                row.getUUID("invoice_id"),
                row.getUUID("grant_id"));
    }

    private static Grant grant(Row row) {
        return new Grant(
                row.getUUID("id"),
                row.getString("name"),
                constant(CreditKind.class, row, "kind"),
                Money.of(row.getLong("amount"), row.getString("currency")),
                row.getInteger("priority"),
                timeOrNull(row, "expires_at"),
                row.getUUID("payment_id"),
                time(row, "granted_at"));
    }

    private static StoredWallet wallet(UUID orgId, Row row) {
        return new StoredWallet(
                orgId,
                row.getString("currency"),
                constant(WalletState.class, row, "state"),
                row.getLong("warn_at"),
                row.getLong("clear_at"),
                row.getInteger("grace_hours"),
                timeOrNull(row, "grace_ends_at"));
    }
}
