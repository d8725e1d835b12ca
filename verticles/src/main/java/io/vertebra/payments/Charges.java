package io.vertebra.payments;

import io.vertebra.bus.Money;
import io.vertebra.contract.Billing.PaymentNeeded;
import io.vertebra.contract.BillingInvoices.FindDue;
import io.vertebra.contract.BillingInvoices.InvoiceStatus;
import io.vertebra.contract.Payments.PaymentFailed;
import io.vertebra.contract.Payments.PaymentStarted;
import io.vertebra.contract.PaymentsCharges.PaymentStatus;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Fact;
import io.vertebra.kernel.jobs.Backoff;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.payments.PaymentStore.Begun;
import io.vertebra.payments.PaymentStore.Method;
import io.vertebra.payments.PaymentStore.Stored;
import io.vertebra.payments.Provider.Order;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Payments that go on by themselves: charges of what falls due, and checkouts that nobody tells of. */
final class Charges {
    private static final Logger LOG = LoggerFactory.getLogger(Charges.class);
    private static final String NO_METHOD = "no_payment_method";
    private static final Backoff SOON = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(30));
    private static final Backoff SELDOM = new Backoff(Checkouts.LOOK, Duration.ofHours(1));
    /** About twenty hours: a provider forgets keys after a day. */
    private static final int FAILURES_MAX = 45;

    private final Providers providers;
    private final Bus bus;

    Charges(Providers providers, Bus bus) {
        this.providers = providers;
        this.bus = bus;
    }

    /** Begins to collect; the card is asked after this transaction. */
    Future<Void> onPaymentNeeded(Work work, Fact<PaymentNeeded> fact) {
        var event = fact.event();
        var provider = providers.active();
        if (provider.isEmpty()) {
            return refuse(work, event);
        }
        return PaymentStore.defaultMethod(work, event.orgId(), provider.get().name())
                .compose(method ->
                        method.isEmpty() ? refuse(work, event) : begin(work, event, provider.get(), method.get()));
    }

    private static Future<Void> refuse(Work work, PaymentNeeded event) {
        work.emit(new PaymentFailed(
                event.orgId(), work.newId(), event.amount(), event.invoiceId(), event.attempt(), NO_METHOD));
        return Future.succeededFuture();
    }

    private static Future<Void> begin(Work work, PaymentNeeded event, Provider provider, Method method) {
        var id = work.newId();
        var begun = new Begun(
                event.orgId(),
                id,
                provider.name(),
                event.amount(),
                event.invoiceId(),
                event.attempt(),
                method,
                null,
                null,
                null,
                work.now());
        return PaymentStore.insert(work, begun)
                .onSuccess(rows -> {
                    if (rows == 1) {
                        work.emit(new PaymentStarted(event.orgId(), id, event.amount(), event.invoiceId()));
                    }
                })
                .mapEmpty();
    }

    /** Everything that is due; a job. */
    Future<Void> run(Run run) {
        var provider = providers.active();
        return provider.isEmpty()
                ? Future.succeededFuture()
                : run.inWork(work -> PaymentStore.due(
                                work, work.now(), provider.get().name()))
                        .compose(due -> {
                            var all = new ArrayList<Future<?>>();
                            due.forEach(payment -> all.add(step(run, provider.get(), payment)));
                            return Future.join(all).mapEmpty();
                        });
    }

    private Future<Void> step(Run run, Provider provider, Stored payment) {
        return go(run, provider, payment)
                .recover(failure -> later(run, payment, failure))
                .mapEmpty();
    }

    private Future<Stored> go(Run run, Provider provider, Stored payment) {
        if (payment.attempt() != null && payment.intent() == null) {
            return charge(run, provider, payment);
        }
        return look(run, provider, payment)
                .compose(after -> close(run, provider, after))
                .compose(after -> after.over() ? Future.succeededFuture(after) : again(run, after));
    }

    private static Future<Stored> look(Run run, Provider provider, Stored payment) {
        return Checkouts.look(run.call(), provider, payment).compose(seen -> apply(run, payment, seen));
    }

    /** A checkout whose time is over is closed, unless it is paid and the money is on its way. */
    private static Future<Stored> close(Run run, Provider provider, Stored payment) {
        var session = payment.session();
        var expires = payment.expiresAt();
        if (!payment.unpaid() || session == null || expires == null) {
            return Future.succeededFuture(payment);
        }
        return run.inWork(work -> Future.succeededFuture(expires.isBefore(work.now())))
                .compose(late -> late
                        ? provider.close(run.call(), session).compose(closed -> look(run, provider, payment))
                        : Future.succeededFuture(payment));
    }

    private Future<Stored> charge(Run run, Provider provider, Stored payment) {
        var invoice = Objects.requireNonNull(payment.invoiceId());
        boolean sent = payment.sentAt() != null;
        return bus.ask(run.call(), new FindDue(payment.orgId(), invoice)).compose(due -> {
            boolean nothing = due.status() != InvoiceStatus.OPEN || !due.due().positive();
            if (nothing && !sent) {
                return apply(run, payment, cancelled(payment));
            }
            var amount = sent ? payment.amount() : payment.amount().min(due.due());
            return run.inWork(work -> prepare(work, payment, amount))
                    .compose(ready -> ready == null
                            ? apply(run, payment, declined(payment))
                            : charge(run, provider, payment, ready, nothing));
        });
    }

    private record Prepared(Order order, @Nullable String method) {}

    private static Future<@Nullable Prepared> prepare(Work work, Stored payment, Money amount) {
        return PaymentStore.send(work, payment, amount)
                .compose(sent -> PaymentStore.findCustomer(work, payment.orgId(), payment.provider()))
                .compose(customer -> PaymentStore.findMethod(
                                work, payment.orgId(), Objects.requireNonNull(payment.methodId()))
                        .map(method -> customer.isEmpty()
                                ? null
                                : new Prepared(
                                        new Order(payment.orgId(), payment.id(), amount, customer.get()),
                                        method.map(Method::ref).orElse(null))));
    }

    /** A charge that may have been sent is looked for before it is sent again. */
    private Future<Stored> charge(Run run, Provider provider, Stored payment, Prepared ready, boolean nothing) {
        var found = payment.sentAt() == null
                ? Future.succeededFuture(Optional.<Seen>empty())
                : provider.findCharge(run.call(), ready.order().customer(), payment.id());
        return found.compose(known -> known.isPresent()
                        ? Future.succeededFuture(known.get())
                        : nothing ? Future.succeededFuture(cancelled(payment)) : send(run, provider, payment, ready))
                .compose(seen -> apply(run, payment, seen))
                .compose(after -> after.status() == PaymentStatus.FAILED && after.intent() != null
                        ? provider.cancel(run.call(), after.intent()).transform(done -> Future.succeededFuture(after))
                        : after.over() ? Future.succeededFuture(after) : again(run, after));
    }

    private static Future<Seen> send(Run run, Provider provider, Stored payment, Prepared ready) {
        return ready.method() == null
                ? Future.succeededFuture(declined(payment))
                : provider.charge(run.call(), ready.order(), ready.method())
                        .recover(failure -> failure instanceof Wire.Failure refused && !refused.unknown()
                                ? Future.succeededFuture(refused(payment, refused.code()))
                                : Future.failedFuture(failure));
    }

    private static Future<Stored> apply(Run run, Stored payment, Seen seen) {
        return run.inWork(work -> PaymentStore.lock(work, payment.orgId(), payment.id())
                .compose(locked -> Settlement.payment(work, locked.orElse(payment), seen)));
    }

    /** Looked at with success: it is looked at ever more seldom, as long as it takes. */
    private static Future<Stored> again(Run run, Stored payment) {
        var pause = SELDOM.after(payment.looks() + 1);
        return run.inWork(work -> PaymentStore.looked(work, payment, work.now().plus(pause)))
                .map(payment);
    }

    private static Future<Stored> later(Run run, Stored payment, Throwable failure) {
        int failures = payment.failures() + 1;
        LOG.warn("Payment {} waits, failure {}: {}", payment.id(), failures, failure.getMessage());
        return run.inWork(work -> PaymentStore.later(
                        work, payment, failures >= FAILURES_MAX ? null : pause(work.now(), failures)))
                .map(payment);
    }

    private static Instant pause(Instant now, int failures) {
        return now.plus(SOON.after(failures));
    }

    private static Seen cancelled(Stored payment) {
        return seen(payment, PaymentStatus.CANCELLED, null);
    }

    private static Seen declined(Stored payment) {
        return seen(payment, PaymentStatus.PENDING, NO_METHOD);
    }

    private static Seen refused(Stored payment, String code) {
        return seen(payment, PaymentStatus.PENDING, code);
    }

    /** What is known without the provider. */
    private static Seen seen(Stored payment, PaymentStatus status, @Nullable String reason) {
        UUID orgId = payment.orgId();
        return new Seen(
                null, null, null, status, Money.zero(payment.amount().currency()), reason, null, orgId, payment.id());
    }
}
