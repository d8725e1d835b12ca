package io.vertebra.payments;

import io.vertebra.contract.Billing.PaymentNeeded;
import io.vertebra.contract.Billing.RefundUncovered;
import io.vertebra.contract.BillingCredits;
import io.vertebra.contract.BillingInvoices;
import io.vertebra.contract.LedgerRefusal;
import io.vertebra.contract.Payments;
import io.vertebra.contract.PaymentsCharges;
import io.vertebra.contract.PaymentsReconciliation;
import io.vertebra.contract.PaymentsRefunds;
import io.vertebra.contract.PaymentsWebhooks;
import io.vertebra.contract.Sandbox;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import java.time.Duration;

/** Money that moves through payment providers. */
public final class PaymentsVerticle extends Domain {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration SELDOM = Duration.ofSeconds(30);

    @Override
    public Class<?> contract() {
        return Payments.class;
    }

    @Override
    protected void open(Wiring on) {
        for (var refusal : LedgerRefusal.values()) {
            on.constraint(refusal.constraint(), refusal.problem());
        }
        var settings = on.config(PaymentsSettings.class);
        if (settings.provider() == PaymentsSettings.Choice.SANDBOX) {
            on.asks(Sandbox.CallSandbox.class);
        }
        on.asks(BillingInvoices.FindDue.class, BillingCredits.HoldForRefund.class, BillingCredits.FindRefundable.class);
        var providers = new Providers(settings, on.bus(), on.vertx());
        charges(on, settings, providers);
        refunds(on, settings, providers);
        var inbox = new Inbox(providers, settings, on.clock());
        var reconciliation = new Reconciliation(providers, settings);
        on.ask(PaymentsWebhooks.ReceiveWebhook.class, inbox::verify, inbox::receive)
                .read(PaymentsWebhooks.ListWebhooks.class, inbox::list)
                .ask(PaymentsWebhooks.RetryWebhook.class, inbox::retry)
                .every("look-at-webhooks", Schedule.each(PAUSE), inbox::run)
                .every("forget-webhooks", Schedule.cron("41 3 * * *"), inbox::forget)
                .read(PaymentsReconciliation.ListDifferences.class, reconciliation::list)
                .ask(PaymentsReconciliation.CompareNow.class, reconciliation::compareNow)
                .ask(PaymentsReconciliation.ResolveDifference.class, reconciliation::resolve)
                .follow("differences", RefundUncovered.class, From.START, reconciliation::onRefundUncovered)
                .every("compare", Schedule.cron("23 * * * *"), reconciliation::run)
                .every("compare-now", Schedule.onDemand(), reconciliation::run);
    }

    private static void charges(Wiring on, PaymentsSettings settings, Providers providers) {
        var checkouts = new Checkouts(providers, settings, on.bus(), on.clock(), on.publicUrl());
        var methods = new Methods(providers, settings, on.clock(), on.publicUrl());
        var charges = new Charges(providers, on.bus());
        on.ask(PaymentsCharges.StartCheckout.class, checkouts::prepare, checkouts::start)
                .read(PaymentsCharges.ListPayments.class, checkouts::list)
                .read(PaymentsCharges.GetPayment.class, checkouts::get)
                .ask(PaymentsCharges.RefreshPayment.class, checkouts::look, checkouts::refresh)
                .read(Payments.FindPayment.class, checkouts::findState)
                .read(PaymentsCharges.ListMethods.class, methods::list)
                .ask(PaymentsCharges.ChooseMethod.class, methods::choose)
                .ask(PaymentsCharges.RemoveMethod.class, methods::detach, methods::remove)
                .ask(PaymentsCharges.StartSetup.class, methods::open, methods::start)
                .read(PaymentsCharges.GetSetup.class, methods::get)
                .ask(PaymentsCharges.RefreshSetup.class, methods::look, methods::refresh)
                .every("look-at-setups", Schedule.each(SELDOM), methods::run)
                .follow("charges", PaymentNeeded.class, From.NOW, charges::onPaymentNeeded)
                .every("collect", Schedule.each(PAUSE), charges::run);
    }

    private static void refunds(Wiring on, PaymentsSettings settings, Providers providers) {
        var refunds = new Refunds(settings, on.bus());
        var returns = new Returns(providers, on.bus());
        on.ask(PaymentsRefunds.RequestRefund.class, refunds::find, refunds::request)
                .read(PaymentsRefunds.ListRefunds.class, refunds::list)
                .read(PaymentsRefunds.GetRefund.class, refunds::get)
                .read(PaymentsRefunds.ListAllRefunds.class, refunds::listAll)
                .ask(PaymentsRefunds.ApproveRefund.class, refunds::find, refunds::approve)
                .ask(PaymentsRefunds.DeclineRefund.class, refunds::decline)
                .every("refund", Schedule.each(PAUSE), returns::run);
    }
}
