package io.vertebra.ledger;

import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Ledger.Account;
import io.vertebra.contract.Ledger.OpenAccount;
import io.vertebra.contract.Ledger.PostTransaction;
import io.vertebra.contract.Ledger.Posted;
import io.vertebra.contract.Ledger.ReverseTransaction;
import io.vertebra.contract.Ledger.SettleTransaction;
import io.vertebra.contract.Ledger.Side;
import io.vertebra.contract.Ledger.Touched;
import io.vertebra.contract.Ledger.VoidTransaction;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.ledger.Balance;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.kernel.ledger.BookAccount;
import io.vertebra.kernel.ledger.Leg;
import io.vertebra.kernel.ledger.Posting;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** What operators post by hand, and the end of reservations whose time is over. */
final class Corrections {
    private static final int EXPIRED_MAX = 200;
    private static final String CAUSE = "manual:";

    Future<Account> open(Work work, OpenAccount request) {
        if (!Money.known(request.currency())) {
            return Future.failedFuture(Problem.invalid("/currency", "must be a currency of ISO 4217"));
        }
        var account = new BookAccount(
                request.code(),
                request.name(),
                BookAccount.Type.valueOf(request.type().name()),
                request.currency(),
                request.neverNegative());
        var id = account.id(request.bookOrgId());
        work.target("accountId:" + id);
        return in(work, request.bookOrgId(), book -> book.open(List.of(account)))
                .compose(opened -> LedgerStore.findAccount(work, request.bookOrgId(), id, null))
                .map(found -> found.orElseThrow(() -> Problem.notFound("account")));
    }

    Future<Posted> post(Work work, PostTransaction request) {
        boolean pending = Boolean.TRUE.equals(request.pending());
        if (request.expiresAt() != null && !pending) {
            return Future.failedFuture(Problem.invalid("/expiresAt", "goes with pending only"));
        }
        var id = request.transactionId();
        work.target("transactionId:" + id);
        var legs = request.legs().stream()
                .map(leg -> new Leg(leg.accountId(), leg.side() == Side.DEBIT ? leg.amount() : -leg.amount()))
                .toList();
        var posting = new Posting(id, request.code(), CAUSE + id, request.description(), request.at(), legs);
        return posted(
                work,
                request.bookOrgId(),
                id,
                book -> pending ? book.hold(posting, request.expiresAt()) : book.post(posting));
    }

    Future<Posted> settle(Work work, SettleTransaction request) {
        var id = request.transactionId();
        var amount = request.amount();
        return posted(
                work,
                request.bookOrgId(),
                id,
                book -> amount == null
                        ? book.settle(id, request.pendingId())
                        : book.settle(id, request.pendingId(), amount));
    }

    Future<Posted> release(Work work, VoidTransaction request) {
        var id = request.transactionId();
        return posted(work, request.bookOrgId(), id, book -> book.release(id, request.pendingId()));
    }

    Future<Posted> reverse(Work work, ReverseTransaction request) {
        var id = request.transactionId();
        return posted(
                work,
                request.bookOrgId(),
                id,
                book -> book.reverse(id, request.reversedId(), "correction", request.reason()));
    }

    /** Ends reservations whose time is over. */
    Future<Integer> expire(Run run) {
        return run.inWork(work -> LedgerStore.expire(work, EXPIRED_MAX));
    }

    private static Future<Posted> posted(Work work, UUID orgId, UUID id, Function<Book, Future<List<Balance>>> change) {
        return in(work, orgId, change)
                .map(balances -> new Posted(
                        id, balances.stream().map(Corrections::touched).toList()));
    }

    /** Operators work in the books of all orgs; the audit record says so. */
    private static <T> Future<T> in(Work work, UUID orgId, Function<Book, Future<T>> change) {
        return work.platform().compose(beyond -> change.apply(Book.of(beyond, orgId)));
    }

    private static Touched touched(Balance after) {
        return new Touched(
                after.account(),
                after.code(),
                LedgerStore.balance(
                        after.growsOnDebit(),
                        after.currency(),
                        after.debitsPosted(),
                        after.creditsPosted(),
                        after.debitsPending(),
                        after.creditsPending()));
    }
}
