package io.vertebra.audit;

import static io.vertebra.testing.Await.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Grant;
import io.vertebra.contract.Audit.Chain;
import io.vertebra.contract.Audit.ExportSlice;
import io.vertebra.contract.Audit.GetChain;
import io.vertebra.contract.Audit.Verification;
import io.vertebra.contract.Audit.VerifyChain;
import io.vertebra.kernel.chains.CheckpointFile;
import io.vertebra.kernel.chains.Checkpoints;
import io.vertebra.kernel.chains.Sealer;
import io.vertebra.kernel.chains.SigningKeys;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertebra.kernel.secrets.Vault;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The audit log on a database of its own, with the domain's use cases and without the rest of the platform. */
final class Log implements AutoCloseable {
    private static final String APPEND =
            "SELECT audit.append($1, $2, $2, $3, 'user', $4, 'owner', $5, $6, 'done', NULL, 'request', false)";
    private static final int SLICE = 7;

    final Vertx vertx = Vertx.vertx();
    final TestDb database = TestDb.fresh(vertx, List.of("audit"));
    final Path checkpointFile;
    private final Sealer<?> sealer = new Sealer<>(vertx, SealStore.CHAINS, new Seals(new SimpleMeterRegistry()));
    private final Chains chains = new Chains(vertx);
    private final Exports exports = new Exports();
    private final Checkpoints checkpoints;

    Log(Path folder) {
        this.checkpointFile = folder.resolve("beside").resolve("checkpoints.ndjson");
        var secret = new MasterSecret(Servers.SECRET.getBytes(StandardCharsets.UTF_8));
        this.checkpoints = new Checkpoints(
                vertx,
                SealStore.CHAINS,
                new SigningKeys(new Vault(secret.key("audit", "checkpoints")), SealStore.CHAINS),
                new CheckpointFile(vertx, checkpointFile));
    }

    /** Appends records as the kernel does it, each in a transaction of its own. */
    void append(UUID chain, int count) {
        await(connected(connection -> {
            Future<?> done = Future.succeededFuture();
            for (int i = 0; i < count; i++) {
                done = done.compose(next -> append(connection, chain));
            }
            return done;
        }));
    }

    static Future<?> append(PgConnection connection, UUID chain) {
        var at = Clock.systemUTC().instant().atOffset(ZoneOffset.UTC);
        return connection
                .preparedQuery(APPEND)
                .execute(Tuple.of(UUID.randomUUID(), chain, at, UUID.randomUUID(), "Orgs.Test", "projectId:x"));
    }

    <T> Future<T> connected(Function<PgConnection, Future<T>> body) {
        return PgConnection.connect(vertx, database.server().owner())
                .compose(connection -> body.apply(connection).eventually(connection::close));
    }

    void seal() {
        await(sealer.seal(new Inside()));
    }

    void checkpoint() {
        await(checkpoints.sign(new Inside()));
    }

    Verification verify(UUID chain) {
        return await(verifying(chain));
    }

    Future<Verification> verifying(UUID chain) {
        return read(chain, read -> chains.verify(read, new VerifyChain(chain)));
    }

    Chain chain(UUID chain) {
        return await(read(chain, read -> chains.get(read, new GetChain(chain))));
    }

    /** An export as the door streams it, in slices. */
    List<String> export(UUID chain) {
        var lines = new ArrayList<String>();
        long after = 0;
        boolean end = false;
        while (!end) {
            long from = after;
            var slice = await(read(chain, read -> exports.slice(read, new ExportSlice(chain, from, SLICE))));
            lines.addAll(slice.lines());
            after = slice.lastSequence();
            end = slice.end();
        }
        return lines;
    }

    <T> Future<T> read(UUID org, Function<Read, Future<T>> body) {
        var grant = new Grant(org, null, "audit.records.read", "owner");
        var caller = new Caller(ActorKind.USER, UUID.randomUUID(), null, null, grant);
        return database.db().domain("audit").read(Call.inside(caller, System.currentTimeMillis() + 20_000), body);
    }

    /** Changes what stands as the database's owner can: the guard goes, the deed is done, the guard is back. */
    void tamper(String sql) {
        database.asOwner("ALTER TABLE audit.records DISABLE TRIGGER ALL; ALTER TABLE audit.seals DISABLE TRIGGER ALL;"
                + "ALTER TABLE audit.checkpoints DISABLE TRIGGER ALL;" + sql + ";"
                + "ALTER TABLE audit.records ENABLE ALWAYS TRIGGER append_only_rows;"
                + "ALTER TABLE audit.seals ENABLE ALWAYS TRIGGER append_only_rows;"
                + "ALTER TABLE audit.checkpoints ENABLE ALWAYS TRIGGER append_only_rows");
    }

    @Override
    public void close() {
        await(database.db().close());
        await(vertx.close());
    }

    private final class Inside implements Run {
        private final Call call = Call.inside(
                Caller.service("audit").with(new Grant(null, null, "audit.test", "service")),
                System.currentTimeMillis() + 20_000);

        @Override
        public Call call() {
            return call;
        }

        @Override
        public String arguments() {
            return "";
        }

        @Override
        public <T> Future<T> inWork(Function<Work, Future<T>> body) {
            return database.db().domain("audit").open(call, body);
        }
    }
}
