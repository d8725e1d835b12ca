package io.vertebra.ledger;

import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Ledger.Entry;
import io.vertebra.contract.Ledger.GetTransaction;
import io.vertebra.contract.Ledger.ListTransactions;
import io.vertebra.contract.Ledger.Transaction;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.ledger.LedgerStore.Written;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** The transactions of a book with their entries. */
final class Transactions {

    Future<Page<Transaction>> list(Read read, ListTransactions request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.last());
        long before = after.key().isEmpty() ? Long.MAX_VALUE : number(after);
        return LedgerStore.listTransactions(read, request.orgId(), before, limit + 1, request.cause())
                .map(all -> Page.of(all, limit, one -> new Cursor(
                                Long.toString(one.seq()), one.transaction().id())
                        .text()))
                .compose(page -> filled(read, request.orgId(), page));
    }

    Future<Transaction> get(Read read, GetTransaction request) {
        return LedgerStore.findTransaction(read, request.orgId(), request.transactionId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("transaction")))
                .compose(one -> filled(read, request.orgId(), new Page<>(List.of(one), null)))
                .map(page -> page.items().getFirst());
    }

    private static Future<Page<Transaction>> filled(Read read, UUID orgId, Page<Written> page) {
        var ids = page.items().stream().map(one -> one.transaction().id()).toList();
        return LedgerStore.entriesOf(read, orgId, ids).map(entries -> {
            var byTransaction = entries.stream().collect(Collectors.groupingBy(Entry::transactionId));
            return new Page<>(
                    page.items().stream()
                            .map(Written::transaction)
                            .map(one -> with(one, byTransaction.getOrDefault(one.id(), List.of())))
                            .toList(),
                    page.next());
        });
    }

    private static Transaction with(Transaction bare, List<Entry> entries) {
        return new Transaction(
                bare.id(),
                bare.kind(),
                bare.code(),
                bare.description(),
                bare.cause(),
                bare.refers(),
                bare.resolvedBy(),
                bare.at(),
                bare.recordedAt(),
                bare.expiresAt(),
                bare.sequence(),
                entries);
    }

    /** The place in a cursor; a word that this list did not make is a problem. */
    static long number(Cursor cursor) {
        try {
            return Long.parseLong(cursor.key());
        } catch (NumberFormatException e) {
            throw Problem.of(Problems.MALFORMED_REQUEST, "The cursor was not made by this list.")
                    .at("?after", "must be the `next` of an earlier page");
        }
    }
}
