package io.vertebra.billing;

import io.vertebra.billing.AgendaStore.What;
import io.vertebra.billing.CreditStore.Grant;
import io.vertebra.billing.CreditStore.Left;
import io.vertebra.billing.CreditStore.Paid;
import io.vertebra.billing.CreditStore.StoredWallet;
import io.vertebra.billing.Postings.Moved;
import io.vertebra.billing.invoice.Source;
import io.vertebra.bus.Money;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.BalanceLow;
import io.vertebra.contract.Billing.BalanceRestored;
import io.vertebra.contract.Billing.CreditsExpired;
import io.vertebra.contract.Billing.CreditsGranted;
import io.vertebra.contract.Billing.GraceStarted;
import io.vertebra.contract.Billing.ReleaseNeeded;
import io.vertebra.contract.BillingCredits.CreditGrant;
import io.vertebra.contract.BillingCredits.CreditKind;
import io.vertebra.contract.BillingCredits.GetWallet;
import io.vertebra.contract.BillingCredits.GrantCredits;
import io.vertebra.contract.BillingCredits.ListGrants;
import io.vertebra.contract.BillingCredits.SetLevels;
import io.vertebra.contract.BillingCredits.Wallet;
import io.vertebra.contract.BillingCredits.WalletState;
import io.vertebra.contract.Payments.RefundCredited;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Balance;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.kernel.ledger.BookAccount;
import io.vertebra.kernel.ledger.Posting;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/** Grants of credits, each with an account of its own, and the wallet that they make up. */
final class Credits {
    Future<CreditGrant> grant(Work work, GrantCredits request) {
        if (!request.amount().positive() || !Money.known(request.amount().currency())) {
            return Future.failedFuture(Problem.invalid("/amount", "must be more than nothing"));
        }
        var orgId = request.creditOrgId();
        var id = work.newId();
        work.target("grantId:" + id);
        return work.platform().compose(beyond -> {
            int priority = Objects.requireNonNullElse(request.priority(), 0);
            var grant = new Grant(
                    id,
                    request.name(),
                    CreditKind.PROMOTIONAL,
                    request.amount(),
                    priority,
                    request.expiresAt(),
                    null,
                    work.now());
            return grant(
                            beyond,
                            orgId,
                            grant,
                            book -> Postings.move(
                                    book,
                                    orgId,
                                    "credits.granted",
                                    "grant:" + id,
                                    "grant:" + id,
                                    Postings.PROMOTIONS,
                                    Postings.grant(id),
                                    request.amount()))
                    .map(granted -> shown(granted, request.amount()));
        });
    }

    /** Makes credits of a payment. */
    Future<Void> bought(Work work, UUID orgId, UUID paymentId, Money amount) {
        var id = work.newId();
        var grant = new Grant(id, "Bought", CreditKind.PURCHASED, amount, 50, null, paymentId, work.now());
        return Book.time(work, orgId, work.now())
                .compose(now -> CreditStore.insertPayment(work, orgId, new Paid(paymentId, amount, null, id), now))
                .compose(noted -> grant(
                        work,
                        orgId,
                        grant,
                        book -> Postings.move(
                                book,
                                orgId,
                                "credits.bought",
                                "payment:" + paymentId,
                                "credits:" + paymentId,
                                Postings.PAYMENTS,
                                Postings.grant(id),
                                amount)))
                .mapEmpty();
    }

    /** A refund is given as credits. */
    Future<Void> refunded(Work work, RefundCredited event, String from) {
        var orgId = event.orgId();
        var id = work.newId();
        var grant =
                new Grant(id, "Refund", CreditKind.GOODWILL, event.amount(), 50, null, event.paymentId(), work.now());
        return grant(
                        work,
                        orgId,
                        grant,
                        book -> Postings.move(
                                book,
                                orgId,
                                "refund.credited",
                                "refund:" + event.refundId(),
                                "refund:" + event.refundId(),
                                from,
                                Postings.grant(id),
                                event.amount()))
                .mapEmpty();
    }

    /** Writes a grant, by the clock of the org; {@code post} brings the money to its account. */
    Future<Grant> grant(Work work, UUID orgId, Grant grant, Function<Book, Future<List<Balance>>> post) {
        work.emit(new CreditsGranted(orgId, grant.id(), grant.amount()));
        var currency = grant.amount().currency();
        return Postings.open(work, orgId, currency, grant.id())
                .compose(book -> post.apply(book).compose(posted -> book.time()))
                .map(grant::at)
                .compose(granted -> CreditStore.insertGrant(work, orgId, granted)
                        .compose(inserted -> granted.expiresAt() == null
                                ? Future.succeededFuture(0)
                                : AgendaStore.put(work, orgId, What.GRANT, granted.id(), granted.expiresAt()))
                        .compose(noted -> CreditStore.openWallet(work, orgId, currency))
                        .compose(opened -> review(work, orgId, currency))
                        .map(granted));
    }

    /**
     * Gives back what was paid: credits to the grants that they came from, and the rest as this grant.
     *
     * @param posting what is posted, by what is credited
     */
    Future<Void> giveBack(
            Work work, UUID orgId, List<Source> sources, Grant whole, Function<List<Moved>, Posting> posting) {
        var currency = whole.amount().currency();
        var back = Source.back(sources, whole.amount().amount());
        var credited = new ArrayList<Moved>();
        back.forEach(one -> one.credits()
                .forEach(part -> credited.add(Moved.credit(part.account(), Money.of(part.amount(), currency)))));
        var rest = credited.stream().map(Moved::amount).reduce(whole.amount(), Money::minus);
        credited.add(Moved.credit(Postings.grant(whole.id()), rest));
        var post = posting.apply(Moved.joined(credited));
        Future<Integer> noted = Future.succeededFuture(0);
        for (var one : back) {
            noted = noted.compose(before -> CreditStore.giveBack(work, orgId, one));
        }
        var grants = credited.stream().map(Moved::account).distinct().toList();
        return noted.compose(done -> rest.positive()
                        ? grant(work, orgId, whole.of(rest), book -> book.post(post))
                                .map(Book.of(work, orgId))
                        : Postings.open(work, orgId, currency)
                                .compose(book -> book.post(post).map(book)))
                .compose(book -> lapse(work, book, orgId, Postings.grants(grants)))
                .compose(lapsed -> CreditStore.lockWallet(work, orgId, currency))
                .compose(locked -> CreditStore.reopen(work, orgId, Postings.grants(grants), null))
                .compose(open -> review(work, orgId, currency));
    }

    /** Lets credits pay of this amount of an invoice what they can, and answers how much that was. */
    Future<Money> apply(Work work, Book book, UUID orgId, Money amount, UUID invoiceId, String cause) {
        return left(work, orgId, amount.currency()).compose(all -> {
            var legs = new ArrayList<Moved>();
            var rest = amount;
            for (var one : all) {
                var part = one.available().min(rest);
                if (part.positive()) {
                    legs.add(Moved.debit(Postings.grant(one.grant().id()), part));
                    rest = rest.minus(part);
                }
            }
            var applied = amount.minus(rest);
            if (legs.isEmpty()) {
                return Future.succeededFuture(applied);
            }
            legs.add(Moved.credit(Postings.RECEIVABLE, applied));
            var parts = legs.stream()
                    .filter(Moved::debited)
                    .map(leg -> new Source.Part(leg.account(), leg.amount().amount()))
                    .toList();
            return book.post(Postings.of(orgId, "credits.applied", cause, cause, legs))
                    .compose(posted -> CreditStore.applied(work, orgId, invoiceId, parts))
                    .compose(noted -> review(work, orgId, amount.currency()))
                    .map(applied);
        });
    }

    /** The grants that have something left, in the order in which they are used. */
    static Future<List<Left>> left(Read read, UUID orgId, String currency) {
        return CreditStore.openGrants(read, orgId, currency).compose(grants -> withLeft(read, orgId, grants));
    }

    static Future<List<Left>> withLeft(Read read, UUID orgId, List<Grant> grants) {
        if (grants.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        var accounts = grants.stream()
                .map(grant -> BookAccount.id(
                        orgId, Postings.grant(grant.id()), grant.amount().currency()))
                .toList();
        return Book.balances(read, orgId, accounts).map(balances -> {
            Map<String, Balance> known = new HashMap<>();
            balances.forEach(balance -> known.put(balance.code(), balance));
            return grants.stream()
                    .map(grant -> Left.of(grant, known.get(Postings.grant(grant.id()))))
                    .toList();
        });
    }

    Future<Page<CreditGrant>> list(Read read, ListGrants request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.first());
        return CreditStore.listGrants(read, request.orgId(), after.id(), limit + 1)
                .compose(grants -> withLeft(read, request.orgId(), grants))
                .map(all -> Page.of(
                        all.stream()
                                .map(one -> shown(one.grant(), one.available()))
                                .toList(),
                        limit,
                        one -> new Cursor("grant", one.id()).text()));
    }

    /** What is left of a grant lapses; what is reserved stays until it is settled, or is released and lapses then. */
    Future<Void> expire(Work work, UUID orgId, UUID grantId) {
        return AgendaStore.drop(work, orgId, What.GRANT, grantId)
                .compose(dropped -> CreditStore.findGrant(work, orgId, grantId))
                .compose(found -> withLeft(work, orgId, found.stream().toList()))
                .compose(left -> {
                    if (left.isEmpty() || !left.getFirst().available().positive()) {
                        return Future.succeededFuture();
                    }
                    var amount = left.getFirst().available();
                    work.emit(new CreditsExpired(orgId, grantId, amount));
                    return Postings.open(work, orgId, amount.currency())
                            .compose(book -> Postings.move(
                                    book,
                                    orgId,
                                    "credits.expired",
                                    "grant:" + grantId,
                                    "lapse:" + work.newId(),
                                    Postings.grant(grantId),
                                    Postings.BREAKAGE,
                                    amount))
                            .compose(posted -> review(work, orgId, amount.currency()));
                });
    }

    Future<Wallet> getWallet(Read read, GetWallet request) {
        return CreditStore.findWallet(read, request.orgId(), request.currency())
                .map(found -> found.orElseThrow(() -> Problem.notFound("wallet")))
                .compose(wallet ->
                        available(read, wallet.orgId(), wallet.currency()).map(available -> shown(wallet, available)));
    }

    Future<Wallet> setLevels(Work work, SetLevels request) {
        if (request.clearAt() < request.warnAt()) {
            return Future.failedFuture(Problem.invalid("/clearAt", "must not be less than warnAt"));
        }
        var orgId = request.creditOrgId();
        return work.platform().compose(beyond -> Postings.open(beyond, orgId, request.currency())
                .compose(book -> CreditStore.openWallet(beyond, orgId, request.currency()))
                .compose(opened -> CreditStore.lockWallet(beyond, orgId, request.currency()))
                .compose(wallet -> CreditStore.updateWallet(
                        beyond, wallet.orElseThrow().at(request.warnAt(), request.clearAt(), request.graceHours())))
                .compose(set -> CreditStore.reopen(beyond, orgId, List.of(), request.currency()))
                .compose(open -> review(beyond, orgId, request.currency()))
                .compose(reviewed -> getWallet(beyond, new GetWallet(orgId, request.currency()))));
    }

    /**
     * Looks at what is available after a change, in the transaction of the change: a wallet that has come to another
     * state says so once. An org without a wallet has no credits that could run out.
     */
    static Future<Void> review(Work work, UUID orgId, String currency) {
        return CreditStore.lockWallet(work, orgId, currency).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture();
            }
            var wallet = found.get();
            return left(work, orgId, currency).compose(all -> {
                var available = sum(all, currency);
                var next = wallet.next(available.amount());
                var usedUp =
                        all.stream().filter(Left::usedUp).map(one -> one.grant().id());
                var noted = CreditStore.useUp(work, orgId, usedUp.toList());
                return noted.compose(done -> next == wallet.state()
                        ? Future.succeededFuture()
                        : Book.time(work, orgId, work.now()).compose(now -> enter(work, wallet, next, available, now)));
            });
        });
    }

    private static Future<Void> enter(Work work, StoredWallet wallet, WalletState next, Money available, Instant now) {
        var orgId = wallet.orgId();
        var graceEnds = next == WalletState.GRACE ? now.plus(Duration.ofHours(wallet.graceHours())) : null;
        switch (next) {
            case LOW -> work.emit(new BalanceLow(orgId, available));
            case GRACE -> work.emit(new GraceStarted(orgId, available, Objects.requireNonNull(graceEnds)));
            case RELEASED -> work.emit(new ReleaseNeeded(orgId, available));
            case OK -> work.emit(new BalanceRestored(orgId, available));
        }
        return CreditStore.updateWallet(work, wallet.in(next, graceEnds))
                .compose(done -> graceEnds == null
                        ? AgendaStore.drop(work, orgId, What.GRACE, wallet.currency())
                        : AgendaStore.put(work, orgId, What.GRACE, wallet.currency(), graceEnds))
                .mapEmpty();
    }

    /** What came back to a grant whose time is over falls due again. */
    static Future<Void> lapse(Work work, Book book, UUID orgId, List<UUID> grants) {
        return book.time().compose(now -> {
            Future<Void> done = Future.succeededFuture();
            for (var id : grants) {
                done = done.compose(before -> CreditStore.findGrant(work, orgId, id))
                        .compose(found -> {
                            var expires = found.map(Grant::expiresAt).orElse(null);
                            return expires == null || expires.isAfter(now)
                                    ? Future.succeededFuture()
                                    : AgendaStore.put(work, orgId, What.GRANT, id, expires)
                                            .mapEmpty();
                        });
            }
            return done;
        });
    }

    /**
     * Grace is over: answers whether whatever runs on credits is to be released. A reservation that expired gives its
     * credits back without a word, so what is available counts as it is now.
     */
    Future<Boolean> graceDue(Work work, UUID orgId, String currency, Instant now) {
        return CreditStore.lockWallet(work, orgId, currency).compose(found -> {
            if (found.isEmpty() || found.get().state() != WalletState.GRACE) {
                return AgendaStore.drop(work, orgId, What.GRACE, currency).map(false);
            }
            return available(work, orgId, currency).compose(available -> {
                boolean release = found.get().next(available.amount()) == WalletState.GRACE;
                var state = release ? WalletState.RELEASED : WalletState.OK;
                return enter(work, found.get(), state, available, now).map(release);
            });
        });
    }

    private static Future<Money> available(Read read, UUID orgId, String currency) {
        return left(read, orgId, currency).map(all -> sum(all, currency));
    }

    private static Money sum(List<Left> all, String currency) {
        return all.stream().map(Left::available).reduce(Money.zero(currency), Money::plus);
    }

    private static CreditGrant shown(Grant grant, Money left) {
        return new CreditGrant(
                grant.id(),
                grant.name(),
                grant.kind(),
                grant.amount(),
                left,
                grant.priority(),
                grant.expiresAt(),
                grant.paymentId(),
                grant.grantedAt());
    }

    private static Wallet shown(StoredWallet wallet, Money available) {
        return new Wallet(
                wallet.currency(),
                wallet.state(),
                available,
                wallet.warnAt(),
                wallet.clearAt(),
                wallet.graceHours(),
                wallet.graceEndsAt());
    }
}
