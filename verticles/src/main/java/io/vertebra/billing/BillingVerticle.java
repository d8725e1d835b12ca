package io.vertebra.billing;

import io.vertebra.contract.Billing;
import io.vertebra.contract.BillingCatalogue;
import io.vertebra.contract.BillingClocks;
import io.vertebra.contract.BillingCredits;
import io.vertebra.contract.BillingInvoices;
import io.vertebra.contract.BillingSubscriptions;
import io.vertebra.contract.BillingUsage;
import io.vertebra.contract.LedgerRefusal;
import io.vertebra.contract.Orgs;
import io.vertebra.contract.Payments;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import java.time.Duration;

/** What is sold, used, charged and paid in advance. */
public final class BillingVerticle extends Domain {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration SELDOM = Duration.ofSeconds(30);

    @Override
    public Class<?> contract() {
        return Billing.class;
    }

    @Override
    protected void open(Wiring on) {
        for (var refusal : LedgerRefusal.values()) {
            on.constraint(refusal.constraint(), refusal.problem());
        }
        var credits = new Credits();
        var invoices = new Invoices(credits);
        var subscriptions = new Subscriptions(invoices, on.clock());
        var collection = new Collection(invoices, credits, subscriptions);
        var agenda = new Agenda(on.vertx(), on.clock(), subscriptions, collection, credits);
        catalogue(on);
        subscriptions(on, subscriptions);
        invoices(on, invoices, collection);
        credits(on, credits);
        on.ask(BillingClocks.MoveClock.class, agenda::move)
                .read(BillingClocks.GetClock.class, agenda::get)
                .follow("orgs", Orgs.OrgDeleted.class, From.START, agenda::onOrgDeleted)
                .every("agenda", Schedule.each(PAUSE), agenda::run)
                .every("tell-entitlements", Schedule.each(SELDOM), Allowances::tellAll);
    }

    private static void catalogue(Wiring on) {
        var catalogue = new Catalogue();
        on.ask(BillingCatalogue.CreateMeter.class, catalogue::createMeter)
                .read(BillingCatalogue.ListMeters.class, catalogue::listMeters)
                .ask(BillingCatalogue.CreateProduct.class, catalogue::createProduct)
                .read(BillingCatalogue.ListProducts.class, catalogue::listProducts)
                .ask(BillingCatalogue.CreatePlan.class, catalogue::createPlan)
                .ask(BillingCatalogue.PublishPlanVersion.class, catalogue::publishVersion)
                .read(BillingCatalogue.ListPlans.class, catalogue::listPlans)
                .read(BillingCatalogue.GetPlan.class, catalogue::getPlan);
    }

    private static void subscriptions(Wiring on, Subscriptions subscriptions) {
        var usage = new UsageRecords(on.clock());
        on.ask(BillingSubscriptions.Subscribe.class, subscriptions::subscribe)
                .read(BillingSubscriptions.ListSubscriptions.class, subscriptions::list)
                .read(BillingSubscriptions.GetSubscription.class, subscriptions::get)
                .ask(BillingSubscriptions.ChangeSubscription.class, subscriptions::change)
                .read(BillingSubscriptions.PreviewChange.class, subscriptions::previewChange)
                .read(BillingSubscriptions.PreviewInvoice.class, subscriptions::previewInvoice)
                .ask(BillingSubscriptions.PauseSubscription.class, subscriptions::pause)
                .ask(BillingSubscriptions.ResumeSubscription.class, subscriptions::resume)
                .ask(BillingSubscriptions.CancelSubscription.class, subscriptions::cancel)
                .read(BillingSubscriptions.GetEntitlements.class, (read, q) -> Allowances.of(read, q.orgId()))
                .read(BillingSubscriptions.ResolveEntitlements.class, (read, q) -> Allowances.of(read, q.orgId()))
                .ask(BillingUsage.RecordUsage.class, usage::record)
                .ask(BillingUsage.RecordUsageBatch.class, usage::recordBatch)
                .ask(BillingUsage.CorrectUsage.class, usage::correct)
                .read(BillingUsage.GetUsage.class, usage::series);
    }

    private static void invoices(Wiring on, Invoices invoices, Collection collection) {
        on.read(BillingInvoices.ListInvoices.class, invoices::list)
                .read(BillingInvoices.GetInvoice.class, invoices::get)
                .read(BillingInvoices.GetInvoicePage.class, invoices::getPage)
                .read(BillingInvoices.FindDue.class, invoices::findDue)
                .read(BillingInvoices.GetProfile.class, invoices::getProfile)
                .ask(BillingInvoices.SetProfile.class, invoices::setProfile)
                .ask(BillingInvoices.DraftInvoice.class, invoices::draft)
                .ask(BillingInvoices.FinaliseInvoice.class, invoices::finalise)
                .ask(BillingInvoices.VoidInvoice.class, collection::voidInvoice)
                .ask(BillingInvoices.GiveUpInvoice.class, collection::giveUp)
                .ask(BillingInvoices.IssueCreditNote.class, collection::creditNote)
                .read(BillingInvoices.ListCreditNotes.class, collection::listNotes)
                .follow("payments", Payments.PaymentSucceeded.class, From.START, collection::onPaymentSucceeded)
                .follow("payments", Payments.PaymentFailed.class, From.START, collection::onPaymentFailed)
                .follow("payments", Payments.DisputeOpened.class, From.START, collection::onDisputeOpened)
                .follow("payments", Payments.DisputeClosed.class, From.START, collection::onDisputeClosed);
    }

    private static void credits(Wiring on, Credits credits) {
        var holds = new Holds(credits);
        on.ask(BillingCredits.GrantCredits.class, credits::grant)
                .read(BillingCredits.ListGrants.class, credits::list)
                .read(BillingCredits.GetWallet.class, credits::getWallet)
                .ask(BillingCredits.SetLevels.class, credits::setLevels)
                .ask(BillingCredits.HoldCredits.class, holds::hold)
                .ask(BillingCredits.SettleHold.class, holds::settle)
                .ask(BillingCredits.ReleaseHold.class, holds::release)
                .ask(BillingCredits.HoldForRefund.class, holds::holdForRefund)
                .read(BillingCredits.FindRefundable.class, holds::findRefundable)
                .follow("refunds", Payments.RefundSucceeded.class, From.START, holds::onRefundSucceeded)
                .follow("refunds", Payments.RefundFailed.class, From.START, holds::onRefundFailed)
                .follow("refunds", Payments.RefundCredited.class, From.START, holds::onRefundCredited);
    }
}
