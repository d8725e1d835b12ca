package io.vertebra.contract;

import io.vertebra.bus.Event;
import io.vertebra.bus.Key;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.ProblemType;
import io.vertebra.bus.Request;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is owed and why: the catalogue, subscriptions, usage, invoices and credits, on top of the ledger. Every charge
 * explains itself, and time can be simulated.
 */
public sealed interface Billing<R> extends Request<R>
        permits BillingCatalogue, BillingSubscriptions, BillingUsage, BillingInvoices, BillingCredits, BillingClocks {

    /** What the code of a product, plan, price or meter looks like. */
    String CODE = "[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?";

    /** A subscription began. */
    @Needs("billing.subscriptions.read")
    record SubscriptionStarted(UUID orgId, @Key UUID subscriptionId, String plan, int planVersion) implements Event {}

    /** A subscription has another plan, another quantity, or was paused or resumed. */
    @Needs("billing.subscriptions.read")
    record SubscriptionChanged(UUID orgId, @Key UUID subscriptionId, String plan, String status) implements Event {}

    /** A subscription ended. */
    @Needs("billing.subscriptions.read")
    record SubscriptionCancelled(UUID orgId, @Key UUID subscriptionId, String plan, Instant at) implements Event {}

    /**
     * What a subscription allows is not what it was.
     *
     * @param values by name; none once the subscription does not run any more
     */
    @Needs("billing.subscriptions.read")
    record EntitlementsChanged(UUID orgId, @Key UUID subscriptionId, Map<String, Long> values) implements Event {}

    /**
     * An invoice was finalised.
     *
     * @param due what is left to pay after credits
     */
    @Needs("billing.invoices.read")
    record InvoiceIssued(UUID orgId, @Key UUID invoiceId, String number, Money total, Money due, Instant dueAt)
            implements Event {}

    /** An invoice is paid in full. */
    @Needs("billing.invoices.read")
    record InvoicePaid(UUID orgId, @Key UUID invoiceId, String number, Money total) implements Event {}

    /** An invoice was voided: nothing is owed for it. */
    @Needs("billing.invoices.read")
    record InvoiceVoided(UUID orgId, @Key UUID invoiceId, String number) implements Event {}

    /** An invoice was given up: what was owed is a loss. */
    @Needs("billing.invoices.read")
    record InvoiceUncollectible(UUID orgId, @Key UUID invoiceId, String number, Money lost) implements Event {}

    /** A credit note was issued for an invoice. */
    @Needs("billing.invoices.read")
    record CreditNoteIssued(UUID orgId, @Key UUID invoiceId, UUID creditNoteId, String number, Money amount)
            implements Event {}

    /**
     * Money is to be collected for an invoice. Payments follows it and answers with {@link Payments.PaymentSucceeded}
     * or {@link Payments.PaymentFailed} for the same invoice and attempt.
     *
     * @param attempt from 1
     */
    @Needs("billing.invoices.read")
    record PaymentNeeded(UUID orgId, @Key UUID invoiceId, Money amount, int attempt) implements Event {}

    /**
     * An invoice that is not paid has reached the next step of dunning.
     *
     * @param state {@code retrying}, {@code suspended} or {@code lost}
     */
    @Needs("billing.invoices.read")
    record DunningAdvanced(UUID orgId, @Key UUID invoiceId, String state, int failures) implements Event {}

    /** Credits were granted. */
    @Needs("billing.credits.read")
    record CreditsGranted(UUID orgId, @Key UUID grantId, Money amount) implements Event {}

    /** What was left of a grant expired. */
    @Needs("billing.credits.read")
    record CreditsExpired(UUID orgId, @Key UUID grantId, Money amount) implements Event {}

    /** The credits fell to the warning level. Told once until the balance has recovered past the level for that. */
    @Needs("billing.credits.read")
    record BalanceLow(@Key UUID orgId, Money available) implements Event {}

    /** The credits are used up: what runs on them is released when grace ends and they are still. */
    @Needs("billing.credits.read")
    record GraceStarted(@Key UUID orgId, Money available, Instant graceEndsAt) implements Event {}

    /** Grace is over: whatever runs on credits is to be released now. */
    @Needs("billing.credits.read")
    record ReleaseNeeded(@Key UUID orgId, Money available) implements Event {}

    /** The credits have recovered. */
    @Needs("billing.credits.read")
    record BalanceRestored(@Key UUID orgId, Money available) implements Event {}

    /**
     * A refund that was made at the provider took back what was used already: a cost, until somebody charges it.
     *
     * @param amount how much of it
     */
    @Needs("billing.credits.read")
    record RefundUncovered(UUID orgId, UUID paymentId, @Key UUID refundId, Money amount) implements Event {}

    /** What billing refuses beyond the problems that every operation may answer with. */
    enum Refusal implements ProblemType {
        CODE_TAKEN(409, "The code is taken", "Another product, plan or meter has this code; choose another one."),
        NO_PRICE_IN_CURRENCY(
                422, "The plan has no prices in this currency", "Choose one of the currencies that the plan lists."),
        SUBSCRIPTION_ENDED(409, "The subscription has ended", "Make a new one."),
        NOT_IN_THIS_STATE(409, "Not in the present state", "Read the thing again; its status says what it allows."),
        TOO_MUCH(422, "More than there is", "The amount is more than what is left to credit, refund or settle."),
        CLOCK_BACKWARDS(422, "Time does not go back", "A test clock is only moved forward, by five years at most."),
        USAGE_OUT_OF_WINDOW(
                422, "The usage is too old or ahead", "Usage is taken up to 60 days late and an hour early.");

        private final About about;

        Refusal(int status, String title, String meaning) {
            this.about = new About(status, title, meaning);
        }

        @Override
        public About about() {
            return about;
        }
    }

    /**
     * What a preview answers: what would be charged, without anything being done.
     *
     * @param total the sum of the lines, without tax; negative when something is given back
     * @param tax the sum of their taxes
     * @param at when it would be charged
     */
    record Preview(
            List<BillingInvoices.Line> lines,
            Money total,
            Money tax,
            @Nullable Instant at) {}
}
