package io.vertebra.payments;

import io.vertebra.bus.Money;
import io.vertebra.bus.Page;
import io.vertebra.contract.Billing.RefundUncovered;
import io.vertebra.contract.PaymentsReconciliation.CompareNow;
import io.vertebra.contract.PaymentsReconciliation.Comparison;
import io.vertebra.contract.PaymentsReconciliation.Difference;
import io.vertebra.contract.PaymentsReconciliation.DifferenceKind;
import io.vertebra.contract.PaymentsReconciliation.ListDifferences;
import io.vertebra.contract.PaymentsReconciliation.ResolveDifference;
import io.vertebra.contract.PaymentsReconciliation.Suggestion;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Fact;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.ledger.Balance;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.kernel.ledger.BookAccount;
import io.vertebra.payments.InboxStore.Posted;
import io.vertebra.payments.InboxStore.Stuck;
import io.vertebra.payments.InboxStore.Sum;
import io.vertebra.payments.Seen.Movement;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares what moved at the provider with what followed in the ledger, and lists where they differ. */
final class Reconciliation {
    /** What else moves there (payouts, fees of the provider) is no payment of an org. */
    private static final Set<String> COMPARED = Set.of(
            "charge", "payment", "refund", "payment_refund", "refund_failure", "payment_failure_refund", "adjustment");

    private static final Set<String> REFUNDS = Set.of("refund", "payment_refund");

    private final Providers providers;
    private final PaymentsSettings settings;

    Reconciliation(Providers providers, PaymentsSettings settings) {
        this.providers = providers;
        this.settings = settings;
    }

    /**
     * What differs, before it is known whether it was found before.
     *
     * @param at when it moved; null for what is looked at whenever it was
     */
    private record Found(
            DifferenceKind kind,
            String object,
            @Nullable UUID orgId,
            @Nullable UUID paymentId,
            @Nullable Money ours,
            @Nullable Money theirs,
            Suggestion suggestion,
            String detail,
            @Nullable Instant at) {
        String key() {
            return kind + " " + object;
        }

        Difference of(Work work, String provider) {
            return new Difference(
                    work.newId(),
                    provider,
                    kind,
                    object,
                    orgId,
                    paymentId,
                    ours,
                    theirs,
                    suggestion,
                    detail,
                    work.now(),
                    null,
                    null);
        }
    }

    /** The time that is compared: what happened just now may still be on its way. */
    private record Span(Instant since, Instant half, Instant until) {}

    Future<Void> run(Run run) {
        var active = providers.active();
        if (active.isEmpty()) {
            return Future.succeededFuture();
        }
        var provider = active.get();
        return run.inWork(work -> Future.succeededFuture(new Span(
                        work.now().minus(settings.compareWindow()),
                        work.now().minus(settings.compareWindow().dividedBy(2)),
                        work.now().minus(settings.compareDelay()))))
                .compose(span -> provider.movements(run.call(), span.since())
                        .compose(theirs -> run.inWork(work -> compare(work, provider.name(), span, theirs))));
    }

    /** Each list is read to its end: what was not read is neither missing nor resolved. */
    private Future<Void> compare(Work work, String provider, Span span, List<Movement> all) {
        int page = settings.comparePage();
        var theirs = all.stream()
                .filter(one -> COMPARED.contains(one.type()))
                .collect(Collectors.groupingBy(Movement::source));
        var found = new ArrayList<Found>();
        return InboxStore.effectsOf(work, provider, List.copyOf(theirs.keySet()), page)
                .compose(posted -> {
                    theirs(found, span, theirs, posted);
                    return InboxStore.effects(work, provider, span.half(), null, page);
                })
                .compose(posted -> {
                    ours(found, span, theirs.keySet(), posted);
                    return InboxStore.effects(work, provider, span.since(), "refund_returned", page);
                })
                .compose(returned -> {
                    returned.forEach(one -> found.add(returned(one)));
                    return InboxStore.stuck(work, provider, page);
                })
                .compose(stuck -> {
                    stuck.forEach(one -> found.add(stuck(one)));
                    return InboxStore.sums(work, provider, span.since(), page);
                })
                .compose(sums -> balances(work, provider, sums, found))
                .compose(done -> lookAgain(work, provider, theirs, found))
                .compose(done -> note(work, provider, span, found, page));
    }

    /** A refund that nobody told of is looked at as if it had been told. */
    private static Future<Void> lookAgain(
            Work work, String provider, Map<String, List<Movement>> theirs, List<Found> found) {
        Future<Integer> all = Future.succeededFuture(0);
        for (var one : found) {
            boolean refund = theirs.getOrDefault(one.object(), List.of()).stream()
                    .anyMatch(moved -> REFUNDS.contains(moved.type()));
            if (one.kind() == DifferenceKind.MISSING_HERE && refund) {
                all = all.compose(before -> InboxStore.insert(
                        work, provider, "compared:" + one.object(), "refund.updated", one.object(), null));
            }
        }
        return all.mapEmpty();
    }

    /** A refund was made at the provider, of what was used already. */
    Future<Void> onRefundUncovered(Work work, Fact<RefundUncovered> fact) {
        var event = fact.event();
        return RefundStore.find(work, event.orgId(), event.refundId()).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture();
            }
            var whole = found.get().refund().amount();
            var uncovered = new Found(
                    DifferenceKind.AMOUNT,
                    "refund:" + event.refundId(),
                    event.orgId(),
                    event.paymentId(),
                    whole.minus(event.amount()),
                    whole,
                    Suggestion.POST,
                    event.amount() + " of a refund made at the provider was used already and stands in `refunds`:"
                            + " charge it, or leave it a cost.",
                    null);
            return InboxStore.insertDifference(
                            work, uncovered.of(work, found.get().provider()), null)
                    .mapEmpty();
        });
    }

    private static void theirs(List<Found> found, Span span, Map<String, List<Movement>> theirs, List<Posted> posted) {
        var ours = posted.stream().collect(Collectors.groupingBy(Posted::object));
        theirs.forEach((object, moved) -> {
            if (moved.stream().anyMatch(one -> one.at().isAfter(span.until()))) {
                return;
            }
            var there = moved.stream().map(Movement::amount).reduce(Money::plus).orElseThrow();
            var first = moved.stream().map(Movement::at).min(Instant::compareTo).orElseThrow();
            var known = ours.get(object);
            if (known == null) {
                found.add(new Found(
                        DifferenceKind.MISSING_HERE,
                        object,
                        null,
                        null,
                        null,
                        there,
                        Suggestion.LOOK_AGAIN,
                        "The provider moved it, our books do not have it: retry its webhook.",
                        first));
                return;
            }
            var here = known.stream().map(Posted::amount).reduce(Money::plus).orElseThrow();
            if (here.currency().equals(there.currency()) && here.amount() != there.amount()) {
                found.add(new Found(
                        DifferenceKind.AMOUNT,
                        object,
                        known.getFirst().orgId(),
                        known.getFirst().paymentId(),
                        here,
                        there,
                        Suggestion.POST,
                        "Post " + there.minus(here) + " between the provider's cash account and `payments`.",
                        first));
            }
        });
    }

    private static void ours(List<Found> found, Span span, Set<String> theirs, List<Posted> posted) {
        posted.stream()
                .filter(one -> !theirs.contains(one.object()) && one.at().isBefore(span.until()))
                .forEach(one -> found.add(new Found(
                        DifferenceKind.MISSING_THERE,
                        one.object() + " " + one.effect(),
                        one.orgId(),
                        one.paymentId(),
                        one.amount(),
                        null,
                        Suggestion.REVERSE,
                        "Our books have it and the provider never moved it: take the posting back.",
                        one.at())));
    }

    private static Found returned(Posted one) {
        return new Found(
                DifferenceKind.RETURNED,
                one.object(),
                one.orgId(),
                one.paymentId(),
                one.amount(),
                one.amount(),
                Suggestion.ASK_PROVIDER,
                "A refund came back after it was settled: it lies in `payments` until it is paid out another way.",
                one.at());
    }

    private static Found stuck(Stuck one) {
        return new Found(
                DifferenceKind.STUCK,
                one.what() + ":" + one.id(),
                one.orgId(),
                one.paymentId(),
                null,
                null,
                Suggestion.ASK_PROVIDER,
                "The provider did not answer for a day: look there what became of it, then refresh it here.",
                null);
    }

    /** The cash accounts hold what the movements come to, unless somebody posted to them by hand. */
    private static Future<Void> balances(Work work, String provider, List<Sum> sums, List<Found> found) {
        Future<Void> all = Future.succeededFuture();
        for (var sum : sums) {
            var currency = sum.amount().currency();
            var account = BookAccount.cash(provider, currency).id(sum.orgId());
            all = all.compose(before -> Book.balances(work, sum.orgId(), List.of(account)))
                    .onSuccess(balances -> balances.stream()
                            .map(Balance::posted)
                            .filter(booked -> booked.amount() != sum.amount().amount())
                            .forEach(booked -> found.add(new Found(
                                    DifferenceKind.BALANCE,
                                    "cash:" + provider + " " + currency + " of " + sum.orgId(),
                                    sum.orgId(),
                                    null,
                                    booked,
                                    sum.amount(),
                                    Suggestion.REVERSE,
                                    "The account was posted to by hand: reverse that.",
                                    null))))
                    .mapEmpty();
        }
        return all;
    }

    /** What was found before and is not any more has resolved itself, unless it is too old to be read again. */
    private static Future<Void> note(Work work, String provider, Span span, List<Found> found, int page) {
        return InboxStore.openDifferences(work, provider, page).compose(open -> {
            var known = new HashMap<String, Difference>();
            open.forEach(one -> known.put(one.kind() + " " + one.object(), one));
            Future<Void> all = Future.succeededFuture();
            for (var one : found) {
                if (known.remove(one.key()) == null) {
                    all = all.compose(before -> InboxStore.insertDifference(work, one.of(work, provider), one.at()))
                            .mapEmpty();
                }
            }
            for (var gone : known.values()) {
                var read = gone.kind() == DifferenceKind.MISSING_THERE ? span.half() : span.since();
                all = all.compose(before -> InboxStore.resolve(work, gone.id(), read))
                        .mapEmpty();
            }
            return all;
        });
    }

    Future<Page<Difference>> list(Read read, ListDifferences request) {
        int limit = Page.limit(request.limit());
        return InboxStore.differences(read, Cursor.parse(request.after(), Cursor.last()), limit + 1, request.resolved())
                .map(all -> Page.of(all, limit, one -> Cursor.of(one.id()).text()));
    }

    Future<Difference> resolve(Work work, ResolveDifference request) {
        return InboxStore.close(work, request.differenceId(), request.note());
    }

    Future<Comparison> compareNow(Work work, CompareNow request) {
        return InboxStore.compareNow(work).map(new Comparison(work.now()));
    }
}
