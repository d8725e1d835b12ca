package io.vertebra.ledger;

import static io.vertebra.testing.Await.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Money;
import io.vertebra.contract.Ledger;
import io.vertebra.contract.LedgerRefusal;
import io.vertebra.kernel.chains.CheckpointFile;
import io.vertebra.kernel.chains.Checkpoints;
import io.vertebra.kernel.chains.Sealer;
import io.vertebra.kernel.chains.SigningKeys;
import io.vertebra.kernel.db.DomainDb;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.ledger.Balance;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.kernel.ledger.BookAccount;
import io.vertebra.kernel.ledger.Leg;
import io.vertebra.kernel.ledger.Posting;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertebra.kernel.secrets.Vault;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Books on a database of their own, with the domain's use cases and without the rest of the platform. */
public final class Shelf implements AutoCloseable {
    public final Vertx vertx = Vertx.vertx();
    public final TestDb database = TestDb.fresh(vertx, List.of("ledger"));
    private final Sealer<?> sealer = new Sealer<>(vertx, SealStore.CHAINS, new Seals(new SimpleMeterRegistry()));
    private final Proof proof = new Proof(vertx);

    public Shelf() {
        for (var refusal : LedgerRefusal.values()) {
            db().constraint(refusal.constraint(), refusal.problem());
        }
    }

    DomainDb db() {
        return database.db().domain("ledger");
    }

    /** Opens accounts in the book of an org: {@code cash} is an asset, the others are liabilities; `floor` has one. */
    public List<UUID> open(UUID org, String currency, String... codes) {
        var accounts = new ArrayList<BookAccount>();
        for (var code : codes) {
            var type = code.startsWith("cash") ? BookAccount.Type.ASSET : BookAccount.Type.LIABILITY;
            accounts.add(new BookAccount(code, code, type, currency, code.startsWith("floor")));
        }
        await(work(org, book -> book.open(accounts)));
        return accounts.stream().map(account -> account.id(org)).toList();
    }

    /** One transaction in the book of an org. */
    public <T> Future<T> work(UUID org, Function<Book, Future<T>> body) {
        return db().open(call(), work -> body.apply(Book.of(work, org)));
    }

    /** Moves money from one account to another. */
    public Future<List<Balance>> move(UUID org, UUID id, UUID debit, UUID credit, long amount) {
        return work(org, book -> book.post(posting(id, debit, credit, amount)));
    }

    static Posting posting(UUID id, UUID debit, UUID credit, long amount) {
        var money = Money.of(amount, "EUR");
        return Posting.of(id, "test", "test:" + id, List.of(Leg.debit(debit, money), Leg.credit(credit, money)));
    }

    void seal() {
        await(sealer.seal(new Inside()));
    }

    /** Seals, and states the heads of all books under a signature. */
    void checkpoint(Path folder) {
        seal();
        var secret = new MasterSecret(Servers.SECRET.getBytes(StandardCharsets.UTF_8));
        var keys = new SigningKeys(new Vault(secret.key("ledger", "checkpoints")), SealStore.CHAINS);
        var file = new CheckpointFile(vertx, folder.resolve("ledger-checkpoints.ndjson"));
        await(new Checkpoints(vertx, SealStore.CHAINS, keys, file).sign(new Inside()));
    }

    public Ledger.Verification verify(UUID org) {
        seal();
        return await(read(read -> proof.verify(read, new Ledger.VerifyBook(org))));
    }

    int expire() {
        return await(new Corrections().expire(new Inside()));
    }

    Ledger.Account account(UUID org, UUID id) {
        return await(read(read -> new BookAccounts().get(read, new Ledger.GetAccount(org, id, null))));
    }

    <T> Future<T> read(Function<Read, Future<T>> body) {
        return db().read(call(), body);
    }

    /** Beyond tenants, as jobs and readers work. */
    private static Call call() {
        var service = Caller.service("ledger").with(new Grant(null, null, "ledger.test", "service"));
        return Call.inside(service, System.currentTimeMillis() + 50_000);
    }

    @Override
    public void close() {
        await(database.db().close());
        await(vertx.close());
    }

    private final class Inside implements Run {
        @Override
        public Call call() {
            return Shelf.call();
        }

        @Override
        public String arguments() {
            return "";
        }

        @Override
        public <T> Future<T> inWork(Function<Work, Future<T>> body) {
            return db().open(Shelf.call(), body);
        }
    }
}
