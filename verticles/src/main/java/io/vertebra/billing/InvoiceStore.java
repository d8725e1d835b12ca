package io.vertebra.billing;

import static io.vertebra.billing.CatalogueStore.constant;
import static io.vertebra.billing.CatalogueStore.json;
import static io.vertebra.billing.CatalogueStore.parsed;
import static io.vertebra.billing.CatalogueStore.time;
import static io.vertebra.billing.CatalogueStore.timeOrNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertebra.bus.Money;
import io.vertebra.contract.BillingInvoices.CreditNote;
import io.vertebra.contract.BillingInvoices.Invoice;
import io.vertebra.contract.BillingInvoices.InvoiceStatus;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.Profile;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SQL of invoices, their lines, credit notes, series and profiles. */
final class InvoiceStore {
    private static final String SELECT = "SELECT org_id, id, number, status, subscription_id, currency,"
            + " profile::text AS profile, subtotal, tax, credited, paid, lowered, created_at, issued_at, due_at,"
            + " settled_at, failures, asked_at FROM billing.invoices";
    static final String INSERT = "INSERT INTO billing.invoices (org_id, id, status, subscription_id, currency, profile,"
            + " subtotal, tax, created_at) VALUES ($1, $2, 'draft', $3, $4, $5::text::jsonb, $6, $7, $8)";
    static final String INSERT_LINES = "INSERT INTO billing.invoice_lines (org_id, invoice_id, position, line)"
            + " SELECT $1, $2, l.position, l.line::jsonb FROM unnest($3::text[]) WITH ORDINALITY l (line, position)";
    static final String LINES =
            "SELECT line::text AS line FROM billing.invoice_lines WHERE org_id = $1 AND invoice_id = $2"
                    + " ORDER BY position";
    static final String UPDATE = "UPDATE billing.invoices SET number = $3, status = $4, credited = $5, paid = $6,"
            + " lowered = $7, issued_at = $8, due_at = $9, settled_at = $10, failures = $11, asked_at = $12"
            + " WHERE org_id = $1 AND id = $2";
    static final String ASK =
            "UPDATE billing.invoices SET asked_at = $3, asked_real_at = $4 WHERE org_id = $1 AND id = $2";
    static final String FIND = SELECT + " WHERE org_id = $1 AND id = $2";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String LIST =
            SELECT + " WHERE org_id = $1 AND id < $2 AND ($4::text IS NULL OR status = $4) ORDER BY id DESC LIMIT $3";
    static final String MISSING = SELECT + " WHERE org_id = $1 AND subscription_id = $2"
            + " AND status IN ('open', 'uncollectible') ORDER BY id LIMIT 1000 FOR UPDATE";
    /** What is suspended is not lowered in passing: it goes on when it is paid. */
    static final String LOWERABLE = SELECT + " WHERE org_id = $1 AND subscription_id = $2"
            + " AND status IN ('open', 'uncollectible') AND NOT EXISTS (SELECT FROM billing.subscriptions s"
            + " WHERE s.org_id = $1 AND s.id = $2 AND s.suspended) ORDER BY id LIMIT 1000 FOR UPDATE";

    static final String LOCK_SUBSCRIPTION = "SELECT s.id FROM billing.subscriptions s WHERE s.org_id = $1 AND s.id ="
            + " (SELECT i.subscription_id FROM billing.invoices i WHERE i.org_id = $1 AND i.id = $2) FOR UPDATE";

    static final String NEXT_NUMBER = "INSERT INTO billing.series AS s (org_id, series, last) VALUES ($1, $2, 1)"
            + " ON CONFLICT (org_id, series) DO UPDATE SET last = s.last + 1 RETURNING s.last";
    static final String INSERT_NOTE = "INSERT INTO billing.credit_notes"
            + " (org_id, id, invoice_id, number, currency, amount, tax, reason, issued_at)"
            + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    static final String LIST_NOTES = "SELECT id, invoice_id, number, currency, amount, tax, reason, issued_at"
            + " FROM billing.credit_notes WHERE org_id = $1 AND invoice_id = $2 ORDER BY id LIMIT 1000";
    static final String FIND_PROFILE =
            "SELECT name, address, tax_id, tax_exempt, tax_percent FROM billing.profiles WHERE org_id = $1";
    static final String SET_PROFILE = "INSERT INTO billing.profiles"
            + " (org_id, name, address, tax_id, tax_exempt, tax_percent) VALUES ($1, $2, $3, $4, $5, $6)"
            + " ON CONFLICT (org_id) DO UPDATE SET name = excluded.name, address = excluded.address,"
            + " tax_id = excluded.tax_id, tax_exempt = excluded.tax_exempt, tax_percent = excluded.tax_percent";

    private InvoiceStore() {}

    /**
     * An invoice as billing keeps it.
     *
     * @param lowered what credit notes took off before it was paid
     * @param failures when attempts to collect failed
     * @param askedAt when payments was asked and has not answered yet
     */
    record Stored(
            UUID orgId,
            UUID id,
            @Nullable String number,
            InvoiceStatus status,
            @Nullable UUID subscriptionId,
            Profile profile,
            Money subtotal,
            Money tax,
            Money credited,
            Money paid,
            Money lowered,
            Instant createdAt,
            @Nullable Instant issuedAt,
            @Nullable Instant dueAt,
            @Nullable Instant settledAt,
            List<Instant> failures,
            @Nullable Instant askedAt) {

        Money total() {
            return subtotal.plus(tax);
        }

        /** What is left to pay; nothing on an invoice that is not open. */
        Money due() {
            return status == InvoiceStatus.OPEN || status == InvoiceStatus.DRAFT
                    ? missing()
                    : Money.zero(subtotal.currency());
        }

        /** What nothing was received for, whether it is still owed or was given up. */
        Money missing() {
            return total().minus(credited).minus(paid).minus(lowered);
        }

        String cause() {
            return "invoice:" + id;
        }

        Invoice shown(List<Line> lines) {
            return new Invoice(
                    id,
                    orgId,
                    number,
                    status,
                    subscriptionId,
                    profile,
                    subtotal,
                    tax,
                    total(),
                    credited,
                    paid,
                    due(),
                    createdAt,
                    issuedAt,
                    dueAt,
                    settledAt,
                    lines);
        }

        Stored issued(String itsNumber, Instant at, Instant due, Money credits) {
            return edited(edit -> {
                edit.number = itsNumber;
                edit.status = InvoiceStatus.OPEN;
                edit.credited = credits;
                edit.issuedAt = at;
                edit.dueAt = due;
                edit.settledAt = null;
                edit.askedAt = null;
            });
        }

        Stored with(InvoiceStatus next, @Nullable Instant settled) {
            return edited(edit -> {
                edit.status = next;
                edit.settledAt = settled;
                edit.askedAt = next == InvoiceStatus.OPEN ? askedAt : null;
            });
        }

        Stored paying(Money more) {
            return edited(edit -> {
                edit.paid = paid.plus(more);
                edit.askedAt = null;
            });
        }

        Stored lowering(Money less) {
            return edited(edit -> edit.lowered = lowered.plus(less));
        }

        Stored failed(Instant at) {
            return edited(edit -> {
                edit.failures = Stream.concat(failures.stream(), Stream.of(at)).toList();
                edit.askedAt = null;
            });
        }

        private Stored edited(Consumer<Edit> change) {
            var edit = new Edit(this);
            change.accept(edit);
            return edit.done();
        }
    }

    /** An invoice while it is changed; what never changes stays with the one that it was. */
    private static final class Edit {
        private final Stored before;
        private @Nullable String number;
        private InvoiceStatus status;
        private Money credited;
        private Money paid;
        private Money lowered;
        private @Nullable Instant issuedAt;
        private @Nullable Instant dueAt;
        private @Nullable Instant settledAt;
        private List<Instant> failures;
        private @Nullable Instant askedAt;

        private Edit(Stored before) {
            this.before = before;
            number = before.number;
            status = before.status;
            credited = before.credited;
            paid = before.paid;
            lowered = before.lowered;
            issuedAt = before.issuedAt;
            dueAt = before.dueAt;
            settledAt = before.settledAt;
            failures = before.failures;
            askedAt = before.askedAt;
        }

        private Stored done() {
            return new Stored(
                    before.orgId,
                    before.id,
                    number,
                    status,
                    before.subscriptionId,
                    before.profile,
                    before.subtotal,
                    before.tax,
                    credited,
                    paid,
                    lowered,
                    before.createdAt,
                    issuedAt,
                    dueAt,
                    settledAt,
                    failures,
                    askedAt);
        }
    }

    /** Writes a draft with its lines. */
    static Future<Stored> insert(Work work, Stored draft, List<Line> lines) {
        return work.run(
                        INSERT,
                        draft.orgId(),
                        draft.id(),
                        draft.subscriptionId(),
                        draft.subtotal().currency(),
                        json(draft.profile()),
                        draft.subtotal().amount(),
                        draft.tax().amount(),
                        draft.createdAt())
                .compose(inserted -> work.run(
                        INSERT_LINES,
                        draft.orgId(),
                        draft.id(),
                        lines.stream().map(CatalogueStore::json).toArray(String[]::new)))
                .map(draft);
    }

    static Future<Stored> update(Work work, Stored after) {
        return work.run(
                        UPDATE,
                        after.orgId(),
                        after.id(),
                        after.number(),
                        after.status(),
                        after.credited().amount(),
                        after.paid().amount(),
                        after.lowered().amount(),
                        after.issuedAt(),
                        after.dueAt(),
                        after.settledAt(),
                        after.failures().stream()
                                .map(at -> at.atOffset(ZoneOffset.UTC))
                                .toArray(OffsetDateTime[]::new),
                        after.askedAt())
                .map(after);
    }

    /** Notes that payments was asked, on the org's clock and on the wall's. */
    static Future<Integer> ask(Work work, Stored invoice, Instant at) {
        return work.run(ASK, invoice.orgId(), invoice.id(), at, work.now());
    }

    static Future<Optional<Stored>> find(Read read, UUID orgId, UUID id) {
        return read.one(FIND, InvoiceStore::stored, orgId, id);
    }

    /** Whoever changes an invoice holds its subscription first. */
    static Future<Optional<Stored>> lock(Work work, UUID orgId, UUID id) {
        return work.one(LOCK_SUBSCRIPTION, row -> row.getUUID("id"), orgId, id)
                .compose(held -> work.one(LOCK, InvoiceStore::stored, orgId, id));
    }

    /** The invoices of a subscription that were not paid, locked. */
    static Future<List<Stored>> missing(Work work, UUID orgId, UUID subscriptionId) {
        return work.list(MISSING, InvoiceStore::stored, orgId, subscriptionId);
    }

    /** Those of what runs that its next credit lowers, locked. */
    static Future<List<Stored>> lowerable(Work work, UUID orgId, UUID subscriptionId) {
        return work.list(LOWERABLE, InvoiceStore::stored, orgId, subscriptionId);
    }

    static Future<List<Line>> lines(Read read, UUID orgId, UUID id) {
        return read.list(LINES, SubscriptionStore::line, orgId, id);
    }

    static Future<List<Stored>> list(Read read, UUID orgId, Cursor after, int limit, @Nullable InvoiceStatus status) {
        return read.list(LIST, InvoiceStore::stored, orgId, after.id(), limit, status);
    }

    /** The next number of a series; no other transaction gets one before this one has ended. */
    static Future<Long> nextNumber(Work work, UUID orgId, String series) {
        return work.one(NEXT_NUMBER, row -> row.getLong("last"), orgId, series).map(Optional::orElseThrow);
    }

    static Future<CreditNote> insertNote(Work work, UUID orgId, CreditNote note) {
        return work.run(
                        INSERT_NOTE,
                        orgId,
                        note.id(),
                        note.invoiceId(),
                        note.number(),
                        note.amount().currency(),
                        note.amount().amount(),
                        note.tax().amount(),
                        note.reason(),
                        note.issuedAt())
                .map(note);
    }

    static Future<List<CreditNote>> listNotes(Read read, UUID orgId, UUID invoiceId) {
        return read.list(
                LIST_NOTES,
                row -> new CreditNote(
                        row.getUUID("id"),
                        row.getUUID("invoice_id"),
                        row.getString("number"),
                        money(row, "amount"),
                        money(row, "tax"),
                        row.getString("reason"),
                        time(row, "issued_at")),
                orgId,
                invoiceId);
    }

    static Future<Optional<Profile>> findProfile(Read read, UUID orgId) {
        return read.one(
                FIND_PROFILE,
                row -> new Profile(
                        row.getString("name"),
                        row.getString("address"),
                        row.getString("tax_id"),
                        constant(io.vertebra.contract.BillingInvoices.TaxExempt.class, row, "tax_exempt"),
                        row.getBigDecimal("tax_percent")),
                orgId);
    }

    static Future<Integer> setProfile(Work work, UUID orgId, Profile profile) {
        return work.run(
                SET_PROFILE,
                orgId,
                profile.name(),
                profile.address(),
                profile.taxId(),
                profile.taxExempt(),
                profile.taxPercent());
    }

    private static Money money(Row row, String column) {
        return Money.of(row.getLong(column), row.getString("currency"));
    }

    private static Stored stored(Row row) {
        return new Stored(
                row.getUUID("org_id"),
                row.getUUID("id"),
                row.getString("number"),
                constant(InvoiceStatus.class, row, "status"),
                row.getUUID("subscription_id"),
                parsed(row.getString("profile"), new TypeReference<Profile>() {}),
                money(row, "subtotal"),
                money(row, "tax"),
                money(row, "credited"),
                money(row, "paid"),
                money(row, "lowered"),
                time(row, "created_at"),
                timeOrNull(row, "issued_at"),
                timeOrNull(row, "due_at"),
                timeOrNull(row, "settled_at"),
                Arrays.stream(row.getArrayOfOffsetDateTimes("failures"))
                        .map(OffsetDateTime::toInstant)
                        .toList(),
                timeOrNull(row, "asked_at"));
    }
}
