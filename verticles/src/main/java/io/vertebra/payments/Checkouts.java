package io.vertebra.payments;

import io.vertebra.bus.Call;
import io.vertebra.bus.Money;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.BillingInvoices.FindDue;
import io.vertebra.contract.BillingInvoices.InvoiceStatus;
import io.vertebra.contract.Payments.FindPayment;
import io.vertebra.contract.Payments.PaymentStarted;
import io.vertebra.contract.Payments.PaymentState;
import io.vertebra.contract.Payments.Refusal;
import io.vertebra.contract.PaymentsCharges.GetPayment;
import io.vertebra.contract.PaymentsCharges.ListPayments;
import io.vertebra.contract.PaymentsCharges.Payment;
import io.vertebra.contract.PaymentsCharges.RefreshPayment;
import io.vertebra.contract.PaymentsCharges.StartCheckout;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.UuidV7;
import io.vertebra.kernel.db.Work;
import io.vertebra.payments.PaymentStore.Begun;
import io.vertebra.payments.PaymentStore.Stored;
import io.vertebra.payments.Provider.Counter;
import io.vertebra.payments.Provider.Order;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checkouts: a payer is sent to the provider and comes back. */
final class Checkouts {
    /** How soon a checkout is looked at without a webhook. */
    static final Duration LOOK = Duration.ofMinutes(2);

    private final Providers providers;
    private final PaymentsSettings settings;
    private final Bus bus;
    private final Clock clock;
    private final String origin;

    Checkouts(Providers providers, PaymentsSettings settings, Bus bus, Clock clock, URI publicUrl) {
        this.providers = providers;
        this.settings = settings;
        this.bus = bus;
        this.clock = clock;
        this.origin = publicUrl.toString().replaceFirst("/+$", "");
    }

    /** A checkout that was found or opened at the provider before the transaction. */
    record Ready(
            @Nullable Stored open,
            @Nullable Begun begun,
            @Nullable String customer) {}

    private record Due(Money amount, String name) {}

    Future<Ready> prepare(Read read, StartCheckout request) {
        var provider = providers.needed();
        return due(read, request).compose(due -> open(read, request, due, provider)
                .compose(open -> open.isPresent()
                        ? Future.succeededFuture(new Ready(open.get(), null, null))
                        : begin(read, request, due, provider)));
    }

    private Future<Due> due(Read read, StartCheckout request) {
        var amount = request.amount();
        if (request.invoiceId() == null) {
            return amount != null && amount.positive() && Money.known(amount.currency())
                    ? Future.succeededFuture(new Due(amount, "Credits"))
                    : Future.failedFuture(
                            Problem.invalid("/amount", "must be given for credits, and more than nothing"));
        }
        if (amount != null) {
            return Future.failedFuture(Problem.invalid("/amount", "is what the invoice says"));
        }
        return bus.ask(read.call(), new FindDue(request.orgId(), request.invoiceId()))
                .map(found -> {
                    if (found.status() != InvoiceStatus.OPEN || !found.due().positive()) {
                        throw Problem.of(
                                Refusal.NOTHING_DUE,
                                "The invoice is " + found.status().name().toLowerCase(Locale.ROOT) + ".");
                    }
                    return new Due(found.due(), "Invoice " + found.number());
                });
    }

    private Future<Optional<Stored>> open(Read read, StartCheckout request, Due due, Provider provider) {
        var invoice = request.invoiceId();
        return invoice == null
                ? Future.succeededFuture(Optional.empty())
                : PaymentStore.findOpen(read, request.orgId(), invoice, due.amount(), provider.name(), clock.instant());
    }

    private Future<Ready> begin(Read read, StartCheckout request, Due due, Provider provider) {
        var id = UuidV7.next(clock);
        var now = clock.instant();
        var expires = now.plus(settings.checkoutLifetime());
        var back = back(origin, request.returnPath(), "payment=" + id);
        var counter = new Counter(due.name(), back, back, expires, Boolean.TRUE.equals(request.keepMethod()));
        return customer(read, request.orgId(), provider).compose(customer -> provider.open(
                        read.call(), new Order(request.orgId(), id, due.amount(), customer), counter)
                .recover(Providers::refused)
                .map(opened -> new Ready(
                        null,
                        new Begun(
                                request.orgId(),
                                id,
                                provider.name(),
                                due.amount(),
                                request.invoiceId(),
                                null,
                                null,
                                opened.ref(),
                                opened.url(),
                                expires,
                                now.plus(LOOK)),
                        customer)));
    }

    /** Where somebody comes back to from the provider. */
    static String back(String origin, @Nullable String path, String about) {
        var back = origin + Objects.requireNonNullElse(path, "/");
        return back + (back.contains("?") ? "&" : "?") + about;
    }

    /** The org at the provider. */
    static Future<String> customer(Read read, UUID orgId, Provider provider) {
        return PaymentStore.findCustomer(read, orgId, provider.name())
                .compose(known -> known.isPresent()
                        ? Future.succeededFuture(known.get())
                        : provider.customer(read.call(), orgId).recover(Providers::refused));
    }

    Future<Payment> start(Work work, StartCheckout request, Ready ready) {
        if (ready.open() != null) {
            return Future.succeededFuture(ready.open().shown());
        }
        var begun = Objects.requireNonNull(ready.begun());
        work.target("paymentId:" + begun.id());
        work.emit(new PaymentStarted(begun.orgId(), begun.id(), begun.amount(), begun.invoiceId()));
        return PaymentStore.insertCustomer(
                        work, begun.orgId(), begun.provider(), Objects.requireNonNull(ready.customer()))
                .compose(noted -> PaymentStore.insert(work, begun))
                .compose(inserted -> PaymentStore.find(work, begun.orgId(), begun.id()))
                .map(found -> found.orElseThrow().shown());
    }

    Future<Seen> look(Read read, RefreshPayment request) {
        return found(read, request.orgId(), request.paymentId()).compose(payment -> providers
                .named(payment.provider())
                .map(provider -> look(read.call(), provider, payment).recover(Providers::<Seen>refused))
                .orElseGet(() ->
                        Future.failedFuture(Problem.of(Refusal.NO_PROVIDER, "It was paid through another provider."))));
    }

    /** How the provider shows a payment now. */
    static Future<Seen> look(Call call, Provider provider, Stored payment) {
        if (payment.intent() != null && (payment.session() == null || payment.over())) {
            return provider.payment(call, payment.intent());
        }
        return payment.session() == null
                ? Future.failedFuture(Problem.of(Refusal.PAYMENT_STATE, "It was not sent to the provider yet."))
                : provider.checkout(call, payment.session());
    }

    Future<Payment> refresh(Work work, RefreshPayment request, Seen seen) {
        return PaymentStore.lock(work, request.orgId(), request.paymentId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("payment")))
                .compose(payment -> Settlement.payment(work, payment, seen))
                .map(Stored::shown);
    }

    Future<Page<Payment>> list(Read read, ListPayments request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.last());
        return PaymentStore.list(read, request.orgId(), after, limit + 1, request.invoiceId(), request.status())
                .map(all -> Page.of(all.stream().map(Stored::shown).toList(), limit, one -> Cursor.of(one.id())
                        .text()));
    }

    Future<Payment> get(Read read, GetPayment request) {
        return found(read, request.orgId(), request.paymentId()).map(Stored::shown);
    }

    Future<PaymentState> findState(Read read, FindPayment request) {
        return found(read, request.orgId(), request.paymentId())
                .map(one -> new PaymentState(
                        one.id(), one.status().name().toLowerCase(Locale.ROOT), one.amount(), one.refunded()));
    }

    private static Future<Stored> found(Read read, UUID orgId, UUID id) {
        return PaymentStore.find(read, orgId, id).map(found -> found.orElseThrow(() -> Problem.notFound("payment")));
    }
}
