package io.vertebra.ledger;

import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Ledger.Account;
import io.vertebra.contract.Ledger.Entry;
import io.vertebra.contract.Ledger.GetAccount;
import io.vertebra.contract.Ledger.GetTrialBalance;
import io.vertebra.contract.Ledger.ListAccounts;
import io.vertebra.contract.Ledger.ListEntries;
import io.vertebra.contract.Ledger.TrialBalance;
import io.vertebra.contract.Ledger.TrialLine;
import io.vertebra.contract.Ledger.TrialSum;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;
import java.util.List;
import java.util.TreeMap;

/** The accounts of a book: their balances, their entries, and all of them added up. */
final class BookAccounts {

    Future<Page<Account>> list(Read read, ListAccounts request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.first());
        return LedgerStore.listAccounts(read, request.orgId(), after, limit + 1, request.at())
                .map(all -> Page.of(all, limit, one -> new Cursor(one.code(), one.id()).text()));
    }

    Future<Account> get(Read read, GetAccount request) {
        return LedgerStore.findAccount(read, request.orgId(), request.accountId(), request.at())
                .map(found -> found.orElseThrow(() -> Problem.notFound("account")));
    }

    Future<Page<Entry>> listEntries(Read read, ListEntries request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.last());
        long before = after.key().isEmpty() ? Long.MAX_VALUE : Transactions.number(after);
        return LedgerStore.listEntries(read, request.orgId(), request.accountId(), before, limit + 1)
                .map(all -> Page.of(all, limit, one -> new Cursor(Long.toString(one.place()), one.accountId()).text()));
    }

    Future<TrialBalance> trialBalance(Read read, GetTrialBalance request) {
        return LedgerStore.trial(read, request.orgId(), request.at()).map(BookAccounts::added);
    }

    private static TrialBalance added(List<TrialLine> lines) {
        var sums = new TreeMap<String, TrialSum>();
        for (var line : lines) {
            var before = sums.getOrDefault(line.currency(), new TrialSum(line.currency(), 0, 0, true));
            long debits = Math.addExact(before.debits(), line.debits());
            long credits = Math.addExact(before.credits(), line.credits());
            sums.put(line.currency(), new TrialSum(line.currency(), debits, credits, debits == credits));
        }
        return new TrialBalance(lines, List.copyOf(sums.values()));
    }
}
