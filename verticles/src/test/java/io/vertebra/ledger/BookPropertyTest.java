package io.vertebra.ledger;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Problem;
import io.vertebra.contract.Ledger;
import io.vertebra.contract.Ledger.TrialSum;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Sixteen writers post, reserve, settle, release, take back and let expire in any interleaving. */
class BookPropertyTest {
    private static final int WRITERS = 16;
    private static final int STEPS = 25;
    private static final Set<String> EXPECTED =
            Set.of("ledger_insufficient", "ledger_resolved", "ledger_expired", "ledger_not_resolvable");

    private static Shelf shelf;

    @BeforeContainer
    static void open() {
        shelf = new Shelf();
    }

    @AfterContainer
    static void close() {
        shelf.close();
    }

    @Property(tries = 8)
    void the_book_stays_whole(@ForAll long seed) {
        var org = UUID.randomUUID();
        var accounts = shelf.open(org, "EUR", "cash", "floor1", "floor2", "floor3", "other");
        for (var account : accounts.subList(1, 4)) {
            await(shelf.move(org, UUID.randomUUID(), accounts.getFirst(), account, 500));
        }
        var known = new ConcurrentLinkedQueue<UUID>();
        var writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> write(org, accounts, known, new Random(seed + writer), STEPS))
                .toList();
        await(Future.all(new ArrayList<>(writers)));
        shelf.expire();

        var trial =
                await(shelf.read(read -> new BookAccounts().trialBalance(read, new Ledger.GetTrialBalance(org, null))));
        assertThat(trial.sums()).allMatch(TrialSum::balanced);
        for (var account : accounts.subList(1, 4)) {
            assertThat(shelf.account(org, account).balance().available().amount())
                    .isNotNegative();
        }
        var verified = shelf.verify(org);
        assertThat(verified.findings()).isEmpty();
        assertThat(verified.unsealed()).isZero();
    }

    private static Future<?> write(
            UUID org, List<UUID> accounts, ConcurrentLinkedQueue<UUID> known, Random random, int left) {
        if (left == 0) {
            return Future.succeededFuture();
        }
        return step(org, accounts, known, random)
                .recover(failure -> failure instanceof Problem problem && EXPECTED.contains(problem.code())
                        ? Future.succeededFuture()
                        : Future.failedFuture(failure))
                .compose(done -> write(org, accounts, known, random, left - 1));
    }

    private static Future<?> step(UUID org, List<UUID> accounts, ConcurrentLinkedQueue<UUID> known, Random random) {
        var id = UUID.randomUUID();
        int from = random.nextInt(accounts.size());
        int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
        var posting = Shelf.posting(id, accounts.get(from), accounts.get(to), 1 + random.nextInt(200));
        var earlier = known.stream()
                .skip(random.nextInt(known.size() + 1))
                .findFirst()
                .orElse(id);
        known.add(id);
        return switch (random.nextInt(7)) {
            case 0 -> shelf.work(org, book -> book.hold(posting, null));
            case 1 ->
                shelf.work(
                        org,
                        book -> book.hold(posting, Clock.systemUTC().instant().plusMillis(random.nextInt(80))));
            case 2 -> shelf.work(org, book -> book.settle(id, earlier));
            case 3 -> shelf.work(org, book -> book.settle(id, earlier, 1 + random.nextInt(50)));
            case 4 -> shelf.work(org, book -> book.release(id, earlier));
            case 5 -> shelf.work(org, book -> book.reverse(id, earlier, "correction", null));
            default -> shelf.work(org, book -> book.post(posting));
        };
    }
}
