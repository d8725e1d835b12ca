package io.vertebra.ledger;

import io.vertebra.contract.Ledger;
import io.vertebra.contract.LedgerRefusal;
import io.vertebra.kernel.chains.Sealer;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import java.time.Duration;

/** The books of all orgs: reading, proving and correcting them. */
public final class LedgerVerticle extends Domain {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public Class<?> contract() {
        return Ledger.class;
    }

    @Override
    protected void open(Wiring on) {
        var accounts = new BookAccounts();
        var transactions = new Transactions();
        var corrections = new Corrections();
        var proof = new Proof();
        var sealer = new Sealer<>(on.vertx(), new Seals(on.meters()));
        for (var refusal : LedgerRefusal.values()) {
            on.constraint(refusal.constraint(), refusal.problem());
        }
        on.read(Ledger.ListAccounts.class, accounts::list)
                .read(Ledger.GetAccount.class, accounts::get)
                .read(Ledger.ListEntries.class, accounts::listEntries)
                .read(Ledger.GetTrialBalance.class, accounts::trialBalance)
                .read(Ledger.ListTransactions.class, transactions::list)
                .read(Ledger.GetTransaction.class, transactions::get)
                .read(Ledger.VerifyBook.class, proof::verify)
                .ask(Ledger.OpenAccount.class, corrections::open)
                .ask(Ledger.PostTransaction.class, corrections::post)
                .ask(Ledger.SettleTransaction.class, corrections::settle)
                .ask(Ledger.VoidTransaction.class, corrections::release)
                .ask(Ledger.ReverseTransaction.class, corrections::reverse)
                .every("seal", Schedule.each(PAUSE), sealer::seal)
                .every("expire", Schedule.each(PAUSE), corrections::expire);
    }
}
