package io.vertebra.audit;

import io.vertebra.contract.Audit;
import io.vertebra.kernel.chains.CheckpointFile;
import io.vertebra.kernel.chains.Checkpoints;
import io.vertebra.kernel.chains.Sealer;
import io.vertebra.kernel.chains.SigningKeys;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import io.vertebra.kernel.secrets.Vault;
import java.nio.file.Path;

/** The audit log: listing, sealing, checkpoints, export and verification. */
public final class AuditVerticle extends Domain {
    @Override
    public Class<?> contract() {
        return Audit.class;
    }

    @Override
    protected void open(Wiring on) {
        var settings = on.config(AuditSettings.class);
        var records = new Records();
        var exports = new Exports();
        var chains = new Chains(on.vertx());
        var store = SealStore.CHAINS;
        var sealer = new Sealer<>(on.vertx(), store, new Seals(on.meters()));
        var file = new CheckpointFile(on.vertx(), Path.of(settings.checkpointFile()));
        var checkpoints =
                new Checkpoints(on.vertx(), store, new SigningKeys(new Vault(on.key("checkpoints")), store), file);
        on.read(Audit.ListRecords.class, records::list)
                .read(Audit.ExportRecords.class, exports::export)
                .read(Audit.ExportSlice.class, exports::slice)
                .read(Audit.GetChain.class, chains::get)
                .read(Audit.VerifyChain.class, chains::verify)
                .read(Audit.ProveChains.class, chains::prove)
                .every("seal", Schedule.each(settings.sealPause()), sealer::seal)
                .every("checkpoints", Schedule.each(settings.checkpointPause()), checkpoints::sign);
    }
}
