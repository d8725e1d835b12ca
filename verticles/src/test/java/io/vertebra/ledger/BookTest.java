package io.vertebra.ledger;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Ledger;
import io.vertebra.kernel.ledger.Balance;
import io.vertebra.kernel.ledger.Leg;
import io.vertebra.kernel.ledger.Posting;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BookTest {
    private static Shelf shelf;

    private UUID org;
    private UUID cash;
    private UUID floor;
    private UUID other;

    @BeforeAll
    static void open() {
        shelf = new Shelf();
    }

    @AfterAll
    static void close() {
        shelf.close();
    }

    @BeforeEach
    void a_book_with_a_hundred_in_an_account_that_stays_above_zero() {
        org = UUID.randomUUID();
        var accounts = shelf.open(org, "EUR", "cash", "floor", "other");
        cash = accounts.get(0);
        floor = accounts.get(1);
        other = accounts.get(2);
        await(shelf.move(org, UUID.randomUUID(), cash, floor, 100));
    }

    @Test
    void a_posting_answers_the_new_balances() {
        var balances = await(shelf.move(org, UUID.randomUUID(), cash, floor, 23));

        assertThat(balances).extracting(Balance::posted).containsOnly(Money.of(123, "EUR"));
        assertThat(balances).extracting(Balance::code).containsExactlyInAnyOrder("cash", "floor");
    }

    @Test
    void the_same_id_posts_once_and_answers_what_it_answered() {
        var id = UUID.randomUUID();
        var first = await(shelf.move(org, id, floor, other, 10));
        await(shelf.move(org, UUID.randomUUID(), floor, other, 10));

        var again = await(shelf.move(org, id, floor, other, 10));
        assertThat(again).isEqualTo(first);
        assertThat(shelf.account(org, other).balance().posted().amount()).isEqualTo(20);
        refused("ledger_id_reused", shelf.move(org, id, floor, other, 11));
    }

    @Test
    void what_is_reserved_is_not_available_and_settles_in_part() {
        var hold = UUID.randomUUID();
        await(shelf.work(org, book -> book.hold(Shelf.posting(hold, floor, other, 60), null)));

        assertThat(shelf.account(org, floor).balance().posted().amount()).isEqualTo(100);
        assertThat(shelf.account(org, floor).balance().available().amount()).isEqualTo(40);
        refused("ledger_insufficient", shelf.move(org, UUID.randomUUID(), floor, other, 41));
        refused("ledger_not_resolvable", shelf.work(org, book -> book.settle(UUID.randomUUID(), hold, 61)));

        var settlement = UUID.randomUUID();
        var settled = await(shelf.work(org, book -> book.settle(settlement, hold, 25)));
        assertThat(available(floor)).isEqualTo(75);
        var again = await(shelf.work(org, book -> book.settle(settlement, hold, 25)));
        assertThat(again).isEqualTo(settled);
        refused("ledger_resolved", shelf.work(org, book -> book.settle(UUID.randomUUID(), hold, 1)));
        refused("ledger_resolved", shelf.work(org, book -> book.release(UUID.randomUUID(), hold)));
    }

    @Test
    void a_released_reservation_is_available_again() {
        var hold = UUID.randomUUID();
        await(shelf.work(org, book -> book.hold(Shelf.posting(hold, floor, other, 60), null)));
        await(shelf.work(org, book -> book.release(UUID.randomUUID(), hold)));

        assertThat(available(floor)).isEqualTo(100);
        assertThat(shelf.account(org, other).balance().creditsPending()).isZero();
    }

    @Test
    void a_reservation_expires_and_cannot_be_settled_any_more() {
        var hold = UUID.randomUUID();
        var over = Clock.systemUTC().instant().minusSeconds(1);
        await(shelf.work(org, book -> book.hold(Shelf.posting(hold, floor, other, 60), over)));

        refused("ledger_expired", shelf.work(org, book -> book.settle(UUID.randomUUID(), hold)));
        assertThat(shelf.expire()).isPositive();
        assertThat(available(floor)).isEqualTo(100);
        assertThat(shelf.expire()).isZero();
    }

    @Test
    void a_posted_transaction_is_taken_back_once() {
        var id = UUID.randomUUID();
        await(shelf.move(org, id, floor, other, 30));
        await(shelf.work(org, book -> book.reverse(UUID.randomUUID(), id, "correction", "mistake")));

        assertThat(available(floor)).isEqualTo(100);
        refused("ledger_resolved", shelf.work(org, book -> book.reverse(UUID.randomUUID(), id, "correction", null)));
    }

    @Test
    void what_does_not_balance_or_is_not_in_the_book_is_refused() {
        var lame = new Posting(
                UUID.randomUUID(), "test", "test", null, null, List.of(new Leg(cash, 5), new Leg(floor, -4)));
        refused("ledger_unbalanced", shelf.work(org, book -> book.post(lame)));
        refused("ledger_unknown_account", shelf.move(org, UUID.randomUUID(), UUID.randomUUID(), floor, 4));
        var foreign = shelf.open(UUID.randomUUID(), "EUR", "cash").getFirst();
        refused("ledger_unknown_account", shelf.move(org, UUID.randomUUID(), foreign, floor, 4));
        var yen = shelf.open(org, "JPY", "other").getFirst();
        refused("ledger_unbalanced", shelf.move(org, UUID.randomUUID(), cash, yen, 4));
    }

    @Test
    void a_balance_is_read_as_of_a_time_and_a_floor_takes_no_entry_of_the_past() {
        var now = Clock.systemUTC().instant();
        await(shelf.work(org, book -> book.post(at(now.minus(Duration.ofDays(9)), cash, other, 7))));
        await(shelf.work(org, book -> book.post(at(now.minus(Duration.ofDays(3)), cash, other, 5))));

        assertThat(asOf(now.minus(Duration.ofDays(10)))).isZero();
        assertThat(asOf(now.minus(Duration.ofDays(4)))).isEqualTo(7);
        assertThat(asOf(now)).isEqualTo(12);
        refused("ledger_backdated", shelf.work(org, book -> book.post(at(now.minusSeconds(60), floor, other, 1))));
    }

    @Test
    void snapshots_change_no_balance() {
        for (int i = 0; i < 150; i++) {
            await(shelf.move(org, UUID.randomUUID(), cash, floor, i + 1L));
        }
        var sum = shelf.account(org, floor).balance();
        assertThat(sum.posted().amount()).isEqualTo(100 + 150 * 151 / 2);
        assertThat(shelf.verify(org).findings()).isEmpty();

        shelf.database.asOwner("ALTER TABLE ledger.snapshots DISABLE TRIGGER ALL; DELETE FROM ledger.snapshots;"
                + "ALTER TABLE ledger.snapshots ENABLE ALWAYS TRIGGER append_only_rows");

        assertThat(shelf.account(org, floor).balance()).isEqualTo(sum);
        await(shelf.move(org, UUID.randomUUID(), cash, floor, 1));
        assertThat(shelf.account(org, floor).balance().posted().amount())
                .isEqualTo(sum.posted().amount() + 1);
        assertThat(shelf.verify(org).intact()).isTrue();
    }

    private static Posting at(Instant at, UUID debit, UUID credit, long amount) {
        var plain = Shelf.posting(UUID.randomUUID(), debit, credit, amount);
        return new Posting(plain.id(), plain.code(), plain.cause(), null, at, plain.legs());
    }

    private long asOf(Instant at) {
        return await(shelf.read(read -> new BookAccounts().get(read, new Ledger.GetAccount(org, other, at))))
                .balance()
                .posted()
                .amount();
    }

    private long available(UUID account) {
        return shelf.account(org, account).balance().available().amount();
    }

    private static void refused(String code, Future<?> posting) {
        assertThat(failure(posting)).isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.code())
                .isEqualTo(code));
    }
}
