package io.vertebra.billing;

import io.vertebra.billing.AgendaStore.What;
import io.vertebra.billing.SubscriptionStore.Stored;
import io.vertebra.billing.invoice.Lines;
import io.vertebra.billing.invoice.Rating;
import io.vertebra.billing.invoice.Tax;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.Preview;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.Billing.SubscriptionCancelled;
import io.vertebra.contract.Billing.SubscriptionChanged;
import io.vertebra.contract.Billing.SubscriptionStarted;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingSubscriptions.CancelSubscription;
import io.vertebra.contract.BillingSubscriptions.ChangeSubscription;
import io.vertebra.contract.BillingSubscriptions.GetSubscription;
import io.vertebra.contract.BillingSubscriptions.ListSubscriptions;
import io.vertebra.contract.BillingSubscriptions.PauseSubscription;
import io.vertebra.contract.BillingSubscriptions.PreviewChange;
import io.vertebra.contract.BillingSubscriptions.PreviewInvoice;
import io.vertebra.contract.BillingSubscriptions.Proration;
import io.vertebra.contract.BillingSubscriptions.ResumeSubscription;
import io.vertebra.contract.BillingSubscriptions.Status;
import io.vertebra.contract.BillingSubscriptions.Subscribe;
import io.vertebra.contract.BillingSubscriptions.Subscription;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Book;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Subscriptions, and the end of their periods. */
final class Subscriptions {
    private final Invoices invoices;
    private final Clock clock;

    Subscriptions(Invoices invoices, Clock clock) {
        this.invoices = invoices;
        this.clock = clock;
    }

    Future<Subscription> subscribe(Work work, Subscribe request) {
        var orgId = request.orgId();
        var id = work.newId();
        work.target("subscriptionId:" + id);
        return Catalogue.plan(work, request.plan(), null)
                .map(plan -> Closing.priced(plan, request.currency()))
                .compose(plan -> Book.time(work, orgId, work.now()).compose(now -> {
                    var started = started(id, request, plan, now);
                    work.emit(new SubscriptionStarted(orgId, id, plan.code(), plan.version()));
                    Allowances.begin(work, started, plan);
                    return invoices.issue(work, orgId, id, request.currency(), advance(started, plan))
                            .compose(invoice -> SubscriptionStore.insert(work, started.charged(invoice)))
                            .compose(inserted -> AgendaStore.put(
                                    work,
                                    orgId,
                                    What.PERIOD,
                                    id,
                                    started.shown().periodEnd()))
                            .map(issued -> started.shown());
                }));
    }

    private static Stored started(UUID id, Subscribe request, Plan plan, Instant now) {
        boolean trial = plan.trialDays() > 0;
        var anchor = now.plus(Duration.ofDays(plan.trialDays()));
        var end = trial ? anchor : Rating.periodEnd(anchor, plan.interval(), 1);
        var shown = new Subscription(
                id,
                request.orgId(),
                plan.code(),
                plan.version(),
                request.currency(),
                Objects.requireNonNullElse(request.quantity(), 1),
                trial ? Status.TRIALING : Status.ACTIVE,
                now,
                now,
                end,
                null,
                null,
                false,
                null,
                1);
        return new Stored(shown, anchor, trial ? 0 : 1, now, false, null, false);
    }

    /** What is charged before the running period; nothing in a trial or while it is paused. */
    private static List<Line> advance(Stored subscription, Plan plan) {
        var shown = subscription.shown();
        return shown.status() == Status.ACTIVE
                ? Lines.advance(plan, shown.currency(), shown.quantity(), shown.periodStart(), shown.periodEnd())
                : List.of();
    }

    Future<Page<Subscription>> list(Read read, ListSubscriptions request) {
        int limit = Page.limit(request.limit());
        return SubscriptionStore.list(read, request.orgId(), Cursor.parse(request.after(), Cursor.last()), limit + 1)
                .map(all -> Page.of(all.stream().map(Stored::shown).toList(), limit, one -> Cursor.of(one.id())
                        .text()));
    }

    Future<Subscription> get(Read read, GetSubscription request) {
        return found(read, request.orgId(), request.subscriptionId()).map(Stored::shown);
    }

    Future<Subscription> change(Work work, ChangeSubscription request) {
        return locked(work, request.orgId(), request.subscriptionId()).compose(before -> {
            var shown = before.shown();
            int quantity = Objects.requireNonNullElse(request.quantity(), shown.quantity());
            if (request.proration() == Proration.AT_PERIOD_END) {
                var asked = request.quantity() == null ? shown.nextQuantity() : request.quantity();
                return Closing.target(work, before, request.plan())
                        .map(plan -> request.plan() == null ? shown.nextPlan() : plan.code())
                        .compose(plan ->
                                SubscriptionStore.update(work, before.then(plan, asked, shown.cancelAtPeriodEnd())))
                        .map(Stored::shown);
            }
            return change(work, before, request, quantity);
        });
    }

    private Future<Subscription> change(Work work, Stored before, ChangeSubscription request, int quantity) {
        var orgId = before.orgId();
        var currency = before.shown().currency();
        return Book.time(work, orgId, work.now())
                .compose(now -> Closing.target(work, before, request.plan()).compose(after -> Closing.change(
                                work, before, after, quantity, request.proration(), now)
                        .compose(charged -> Closing.note(work, before, charged))
                        .compose(lines -> (request.proration() == Proration.IMMEDIATE
                                        ? invoices.issue(work, orgId, before.id(), currency, lines)
                                        : SubscriptionStore.wait(work, before, lines))
                                .compose(invoice -> Closing.replaced(work, before, lines, invoice)))
                        .compose(invoice -> Closing.usageFrom(work, before, after, now)
                                .map(from -> changed(
                                        before.overtaken(request).on(after.code(), after.version(), quantity, from),
                                        request.proration(),
                                        invoice)))
                        .compose(moved -> Allowances.update(work, before, moved))))
                .map(after -> changed(work, after));
    }

    /** The change was charged, or is charged when what is paused goes on, or only changed the price. */
    private static Stored changed(Stored after, Proration proration, @Nullable UUID invoiceId) {
        if (Closing.prorates(after, proration)) {
            return after.charged(invoiceId);
        }
        boolean later = proration != Proration.NONE && after.shown().status() == Status.PAUSED;
        return later ? after.charged(after.chargedFor(), true) : after;
    }

    Future<Preview> previewChange(Read read, PreviewChange request) {
        return found(read, request.orgId(), request.subscriptionId()).compose(before -> {
            int quantity = Objects.requireNonNullElse(
                    request.quantity(), before.shown().quantity());
            var proration = Objects.requireNonNullElse(request.proration(), Proration.IMMEDIATE);
            return Book.time(read, request.orgId(), clock.instant()).compose(now -> Closing.target(
                            read, before, request.plan())
                    .compose(after -> proration == Proration.AT_PERIOD_END
                            ? Future.succeededFuture(List.<Closing.Charged>of())
                            : Closing.change(read, before, after, quantity, proration, now))
                    .compose(charged -> preview(
                            read, before, Closing.lines(charged), proration == Proration.IMMEDIATE ? now : null)));
        });
    }

    Future<Preview> previewInvoice(Read read, PreviewInvoice request) {
        return found(read, request.orgId(), request.subscriptionId())
                .compose(one -> Book.time(read, request.orgId(), clock.instant())
                        .compose(now -> Catalogue.plan(
                                        read, one.shown().plan(), one.shown().planVersion())
                                .compose(plan -> Closing.arrears(read, one, plan, now)))
                        .compose(charged -> SubscriptionStore.waiting(read, request.orgId(), one.id())
                                .compose(waiting -> {
                                    var lines = new ArrayList<>(Closing.lines(charged));
                                    lines.addAll(waiting);
                                    return preview(read, one, lines, null);
                                })));
    }

    private static Future<Preview> preview(Read read, Stored subscription, List<Line> lines, @Nullable Instant at) {
        var shown = subscription.shown();
        return Invoices.profile(read, shown.orgId()).map(profile -> {
            var taxed = Tax.on(profile, lines);
            return new Preview(
                    taxed,
                    Invoices.sum(taxed, shown.currency()),
                    Tax.sum(taxed, shown.currency()),
                    Objects.requireNonNullElse(at, shown.periodEnd()));
        });
    }

    Future<Subscription> pause(Work work, PauseSubscription request) {
        return locked(work, request.orgId(), request.subscriptionId())
                .compose(before -> before.shown().status() == Status.ACTIVE
                        ? Allowances.update(work, before, before.in(Status.PAUSED, false, null))
                        : Future.failedFuture(Invoices.refused("Only an active subscription is paused.")))
                .map(after -> changed(work, after));
    }

    Future<Subscription> resume(Work work, ResumeSubscription request) {
        return locked(work, request.orgId(), request.subscriptionId())
                .compose(before -> before.shown().status() == Status.PAUSED && !before.suspended()
                        ? goOn(work, before)
                        : Future.failedFuture(Invoices.refused("Only what its owner paused is resumed.")))
                .map(after -> changed(work, after));
    }

    /** It is active again: what is left of the period is charged, if that is outstanding. */
    private Future<Stored> goOn(Work work, Stored before) {
        var shown = before.shown();
        var active = before.in(Status.ACTIVE, false, null);
        if (!before.outstanding()) {
            return Allowances.update(work, before, active);
        }
        return Book.time(work, before.orgId(), work.now())
                .compose(now -> Catalogue.plan(work, shown.plan(), shown.planVersion())
                        .compose(plan -> Closing.prorated(work, before, plan, shown.quantity(), now)))
                .compose(lines -> invoices.issue(work, before.orgId(), before.id(), shown.currency(), lines)
                        .compose(invoice -> Closing.replaced(work, before, lines, invoice)))
                .compose(invoice -> Allowances.update(work, before, active.charged(invoice)));
    }

    Future<Subscription> cancel(Work work, CancelSubscription request) {
        return locked(work, request.orgId(), request.subscriptionId()).compose(before -> {
            if (!Boolean.TRUE.equals(request.now())) {
                return SubscriptionStore.update(work, before.then(null, null, true))
                        .map(Stored::shown);
            }
            return Book.time(work, request.orgId(), work.now())
                    .compose(now -> end(work, before, now))
                    .map(Stored::shown);
        });
    }

    /** The period ended: what was used and what comes next is charged on one invoice. */
    Future<Void> periodDue(Work work, UUID orgId, UUID id, Instant now) {
        return AgendaStore.drop(work, orgId, What.PERIOD, id)
                .compose(dropped -> SubscriptionStore.lock(work, orgId, id))
                .compose(found -> {
                    if (found.isEmpty() || found.get().shown().status() == Status.CANCELLED) {
                        return Future.succeededFuture();
                    }
                    var one = found.get();
                    var ends = one.shown().periodEnd();
                    if (ends.isAfter(now)) {
                        return AgendaStore.put(work, orgId, What.PERIOD, id, ends)
                                .mapEmpty();
                    }
                    return one.shown().cancelAtPeriodEnd()
                            ? end(work, one, ends).mapEmpty()
                            : renew(work, one);
                });
    }

    private Future<Void> renew(Work work, Stored before) {
        var shown = before.shown();
        var until = shown.periodEnd();
        return Catalogue.plan(work, shown.plan(), shown.planVersion()).compose(old -> closed(work, before, old, until)
                .compose(lines -> renewed(work, before, old).compose(plan -> {
                    var after = next(before, old, plan);
                    lines.addAll(advance(after, plan));
                    return invoices.issue(work, before.orgId(), before.id(), shown.currency(), lines)
                            .compose(invoice -> Allowances.update(work, before, after.charged(invoice)))
                            .compose(updated -> AgendaStore.put(
                                    work,
                                    before.orgId(),
                                    What.PERIOD,
                                    before.id(),
                                    after.shown().periodEnd()))
                            .<Void>mapEmpty();
                })));
    }

    /** What the time until then is charged after it, with what waited. */
    private static Future<List<Line>> closed(Work work, Stored one, Plan plan, Instant until) {
        return Closing.arrears(work, one, plan, until)
                .compose(charged -> Closing.note(work, one, charged))
                .compose(lines -> SubscriptionStore.takeWaiting(work, one.orgId(), one.id())
                        .onSuccess(lines::addAll)
                        .map(lines));
    }

    private static Future<Plan> renewed(Read read, Stored before, Plan old) {
        var next = before.shown().nextPlan();
        var currency = before.shown().currency();
        return next == null
                ? Future.succeededFuture(old)
                : Catalogue.plan(read, next, null).map(plan -> Lines.hasPrice(plan, currency) ? plan : old);
    }

    private static Stored next(Stored before, Plan old, Plan plan) {
        var shown = before.shown();
        boolean same = old.interval() == plan.interval();
        var anchor = same ? before.periodAnchor() : shown.periodEnd();
        int number = same ? before.periodNumber() + 1 : 1;
        var next = before.next(anchor, number, Rating.periodEnd(anchor, plan.interval(), number));
        int quantity = Objects.requireNonNullElse(shown.nextQuantity(), shown.quantity());
        return next.on(plan.code(), plan.version(), quantity, shown.periodEnd());
    }

    /** Ends a subscription at once: what was used so far stands on a last invoice. */
    Future<Stored> end(Work work, Stored before, Instant now) {
        var shown = before.shown();
        work.emit(new SubscriptionCancelled(before.orgId(), before.id(), shown.plan(), now));
        return Catalogue.plan(work, shown.plan(), shown.planVersion())
                .compose(plan -> closed(work, before, plan, now))
                .compose(lines -> invoices.issueLast(work, before.orgId(), before.id(), shown.currency(), lines))
                .compose(issued -> AgendaStore.drop(work, before.orgId(), What.PERIOD, before.id()))
                .compose(dropped -> Allowances.update(work, before, before.in(Status.CANCELLED, false, now)));
    }

    /** The credits of an org ran out: ends what lived on them and what nobody pays; what is paid otherwise goes on. */
    Future<Void> endUnpaid(Work work, UUID orgId, String currency, Instant now) {
        return SubscriptionStore.unpaid(work, orgId, currency, now).compose(all -> {
            Future<Void> done = Future.succeededFuture();
            for (var one : all) {
                done = done.compose(before -> end(work, one, now).mapEmpty());
            }
            return done;
        });
    }

    /** An invoice is not paid: what it is for is suspended. */
    Future<Void> suspend(Work work, InvoiceStore.Stored invoice) {
        return of(
                work,
                invoice,
                one -> one.shown().status() == Status.ACTIVE
                        ? Allowances.update(work, one, one.in(Status.PAUSED, true, null))
                                .map(after -> changed(work, after))
                        : Future.succeededFuture());
    }

    /** It is paid after all, or owed no more. */
    Future<Void> revive(Work work, InvoiceStore.Stored invoice) {
        return of(
                work,
                invoice,
                one -> one.suspended() ? goOn(work, one).map(after -> changed(work, after)) : Future.succeededFuture());
    }

    /** It was given up before its time: what was suspended for it ends. */
    Future<Void> endSuspended(Work work, InvoiceStore.Stored invoice, Instant now) {
        return of(work, invoice, one -> one.suspended() ? end(work, one, now) : Future.succeededFuture());
    }

    /** It will not be paid. */
    Future<Void> end(Work work, InvoiceStore.Stored invoice, Instant now) {
        return of(work, invoice, one -> end(work, one, now));
    }

    private static Future<Void> of(Work work, InvoiceStore.Stored invoice, Function<Stored, Future<?>> change) {
        var id = invoice.subscriptionId();
        if (id == null) {
            return Future.succeededFuture();
        }
        return SubscriptionStore.lock(work, invoice.orgId(), id)
                .compose(found -> found.isEmpty() || found.get().shown().status() == Status.CANCELLED
                        ? Future.succeededFuture()
                        : change.apply(found.get()).mapEmpty());
    }

    private static Subscription changed(Work work, Stored after) {
        var shown = after.shown();
        work.emit(
                new SubscriptionChanged(shown.orgId(), shown.id(), shown.plan(), CatalogueStore.label(shown.status())));
        return shown;
    }

    private static Future<Stored> found(Read read, UUID orgId, UUID id) {
        return SubscriptionStore.find(read, orgId, id)
                .map(found -> found.orElseThrow(() -> Problem.notFound("subscription")));
    }

    private static Future<Stored> locked(Work work, UUID orgId, UUID id) {
        return SubscriptionStore.lock(work, orgId, id)
                .map(found -> found.orElseThrow(() -> Problem.notFound("subscription")))
                .map(one -> {
                    if (one.shown().status() == Status.CANCELLED) {
                        throw Problem.of(Refusal.SUBSCRIPTION_ENDED, "The subscription was cancelled.");
                    }
                    return one;
                });
    }
}
