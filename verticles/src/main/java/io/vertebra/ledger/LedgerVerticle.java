package io.vertebra.ledger;

import io.vertebra.contract.Ledger;
import io.vertebra.contract.LedgerRefusal;
import io.vertebra.kernel.chains.CheckpointFile;
import io.vertebra.kernel.chains.Checkpoints;
import io.vertebra.kernel.chains.Sealer;
import io.vertebra.kernel.chains.SigningKeys;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import io.vertebra.kernel.secrets.Vault;
import java.nio.file.Path;
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
        var proof = new Proof(on.vertx());
        var settings = on.config(LedgerSettings.class);
        var store = SealStore.CHAINS;
        var sealer = new Sealer<>(on.vertx(), store, new Seals(on.meters()));
        var file = new CheckpointFile(on.vertx(), Path.of(settings.checkpointFile()));
        var checkpoints =
                new Checkpoints(on.vertx(), store, new SigningKeys(new Vault(on.key("checkpoints")), store), file);
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
                .read(Ledger.ProveBooks.class, proof::prove)
                .ask(Ledger.OpenAccount.class, corrections::open)
                .ask(Ledger.PostTransaction.class, corrections::post)
                .ask(Ledger.SettleTransaction.class, corrections::settle)
                .ask(Ledger.VoidTransaction.class, corrections::release)
                .ask(Ledger.ReverseTransaction.class, corrections::reverse)
                .every("seal", Schedule.each(PAUSE), sealer::seal)
                .every("checkpoints", Schedule.each(settings.checkpointPause()), checkpoints::sign)
                .every("expire", Schedule.each(PAUSE), corrections::expire);
    }
}
