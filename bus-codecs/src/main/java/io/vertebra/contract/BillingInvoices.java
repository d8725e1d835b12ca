package io.vertebra.contract;

import io.vertebra.bus.Document;
import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import io.vertebra.bus.Put;
import io.vertebra.bus.Raw;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was charged: invoices whose every line says what made it, and the credit notes that correct them. */
public sealed interface BillingInvoices<R> extends Billing<R> {

    /** The invoices of an org, the newest first. */
    @Get("/v1/orgs/{orgId}/invoices")
    @Needs("billing.invoices.read")
    record ListInvoices(
            UUID orgId,
            @Nullable InvoiceStatus status,
            @Nullable Integer limit,
            @Nullable String after) implements BillingInvoices<Page<Invoice>> {}

    /** One invoice; each line explains itself. */
    @Get("/v1/orgs/{orgId}/invoices/{invoiceId}")
    @Needs("billing.invoices.read")
    record GetInvoice(UUID orgId, UUID invoiceId) implements BillingInvoices<Invoice> {}

    /** One invoice as a page to be printed. */
    @Get("/v1/orgs/{orgId}/invoices/{invoiceId}/page")
    @Needs("billing.invoices.read")
    @Raw("text/html")
    record GetInvoicePage(UUID orgId, UUID invoiceId) implements BillingInvoices<Document> {}

    /** The credit notes of an invoice, the oldest first. */
    @Get("/v1/orgs/{orgId}/invoices/{invoiceId}/credit-notes")
    @Needs("billing.invoices.read")
    record ListCreditNotes(UUID orgId, UUID invoiceId) implements BillingInvoices<Page<CreditNote>> {}

    /** Whom the invoices of an org are made out to, and how it is taxed. */
    @Get("/v1/orgs/{orgId}/billing-profile")
    @Needs("billing.invoices.read")
    record GetProfile(UUID orgId) implements BillingInvoices<Profile> {}

    /** Says whom the invoices of an org are made out to, and how it is taxed; holds for invoices from now on. */
    @Put("/v1/admin/orgs/{profileOrgId}/billing-profile")
    @Needs("platform.invoices.write")
    record SetProfile(
            UUID profileOrgId,
            @NotBlank @Size(max = 200) String name,
            @Nullable @Size(max = 1000) String address,
            @Nullable @Size(max = 50) String taxId,
            @NotNull TaxExempt taxExempt,
            @NotNull @PositiveOrZero @DecimalMax("100") BigDecimal taxPercent)
            implements BillingInvoices<Profile> {}

    /** Drafts an invoice by hand. A draft has no number and posts nothing. */
    @Post("/v1/admin/orgs/{invoiceOrgId}/invoices")
    @Needs("platform.invoices.write")
    record DraftInvoice(
            UUID invoiceOrgId,
            @NotNull @Pattern(regexp = Ledger.CURRENCY) String currency,
            @NotNull @Size(min = 1, max = 100) List<@Valid @NotNull DraftLine> lines)
            implements BillingInvoices<Invoice> {}

    /** Finalises a draft: it gets the next number of its series, is posted, and what is due is collected. */
    @Post("/v1/admin/orgs/{invoiceOrgId}/invoices/{invoiceId}/finalise")
    @Needs("platform.invoices.write")
    record FinaliseInvoice(UUID invoiceOrgId, UUID invoiceId) implements BillingInvoices<Invoice> {}

    /** Voids a draft, or an open invoice on which nothing was paid. */
    @Post("/v1/admin/orgs/{invoiceOrgId}/invoices/{invoiceId}/void")
    @Needs("platform.invoices.write")
    record VoidInvoice(UUID invoiceOrgId, UUID invoiceId) implements BillingInvoices<Invoice> {}

    /** Gives an open invoice up: what is due becomes a loss. */
    @Post("/v1/admin/orgs/{invoiceOrgId}/invoices/{invoiceId}/uncollectible")
    @Needs("platform.invoices.write")
    record GiveUpInvoice(UUID invoiceOrgId, UUID invoiceId) implements BillingInvoices<Invoice> {}

    /** Corrects a finalised invoice: lowers what is due, or grants what was paid already as credits. */
    @Post("/v1/admin/orgs/{invoiceOrgId}/invoices/{invoiceId}/credit-notes")
    @Needs("platform.invoices.write")
    record IssueCreditNote(
            UUID invoiceOrgId,
            UUID invoiceId,
            @Positive long amount,
            @NotBlank @Size(max = 500) String reason) implements BillingInvoices<CreditNote> {}

    /** What is due on an invoice, for payments. */
    @Internal
    @Needs("billing.invoices.read")
    record FindDue(UUID orgId, UUID invoiceId) implements BillingInvoices<Due> {}

    /** How an invoice stands. */
    enum InvoiceStatus {
        DRAFT,
        OPEN,
        PAID,
        VOID,
        UNCOLLECTIBLE
    }

    /** Whether an org is taxed. */
    enum TaxExempt {
        NONE,
        EXEMPT,
        REVERSE
    }

    /** What a line is for. */
    enum LineKind {
        RECURRING,
        USAGE,
        LATE_USAGE,
        PRORATION,
        MANUAL,
        CARRIED
    }

    /**
     * A line of a draft made by hand; negative amounts lower the invoice.
     *
     * @param taxIncluded whether the amount contains the tax
     */
    record DraftLine(
            @NotBlank @Size(max = 200) String description,
            long amount,
            @Nullable Boolean taxIncluded) {}

    /** Whom invoices are made out to, and how the org is taxed. */
    record Profile(
            String name,
            @Nullable String address,
            @Nullable String taxId,
            TaxExempt taxExempt,
            BigDecimal taxPercent) {}

    /**
     * An invoice.
     *
     * @param number gapless within its series; null on a draft
     * @param credited what credits paid
     * @param due what is left to pay
     * @param lines what was charged; the list of invoices leaves them out
     */
    record Invoice(
            UUID id,
            UUID orgId,
            @Nullable String number,
            InvoiceStatus status,
            @Nullable UUID subscriptionId,
            Profile profile,
            Money subtotal,
            Money tax,
            Money total,
            Money credited,
            Money paid,
            Money due,
            Instant createdAt,
            @Nullable Instant issuedAt,
            @Nullable Instant dueAt,
            @Nullable Instant settledAt,
            List<Line> lines) {}

    /**
     * A line of an invoice.
     *
     * @param amount without tax
     * @param taxIncluded whether what was agreed contains the tax, so that it was taken out of the amount
     * @param taxes what is owed on the amount; over all lines they add up to the tax of the invoice
     * @param explanation what made the amount
     */
    record Line(
            LineKind kind,
            String description,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable BigDecimal quantity,
            Money amount,
            @Nullable Boolean taxIncluded,
            @Nullable List<TaxAmount> taxes,
            Explanation explanation) {}

    /**
     * A tax on a line.
     *
     * @param exempt whether the customer is taxed at all, or accounts for the tax in reverse
     * @param taxable what it is taken of
     * @param exact the tax in minor units before it was rounded
     * @param rounding how it was rounded
     */
    record TaxAmount(
            BigDecimal percent, TaxExempt exempt, Money taxable, Money amount, BigDecimal exact, String rounding) {}

    /**
     * What made the amount of a line.
     *
     * @param usageEvents how many usage events counted
     * @param steps the calculation, in the order in which it was done
     * @param exact the amount in minor units before it was rounded
     * @param rounding how it was rounded
     */
    record Explanation(
            @Nullable String plan,
            @Nullable Integer planVersion,
            @Nullable String price,
            BillingCatalogue.@Nullable Model model,
            @Nullable String meter,
            @Nullable Long usageEvents,
            List<CalculationStep> steps,
            BigDecimal exact,
            String rounding) {}

    /** One step of a calculation: quantity times unit amount, in minor units. */
    record CalculationStep(String text, BigDecimal quantity, BigDecimal unitAmount, BigDecimal amount) {}

    /** A correction of an invoice. */
    record CreditNote(
            UUID id, UUID invoiceId, String number, Money amount, Money tax, String reason, Instant issuedAt) {}

    /** What is due on an invoice. */
    record Due(UUID invoiceId, @Nullable String number, InvoiceStatus status, Money due) {}
}
