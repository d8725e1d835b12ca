package io.vertebra.billing;

import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.BillingCredits.HoldCredits;
import io.vertebra.contract.BillingCredits.HoldForRefund;
import io.vertebra.contract.BillingCredits.HoldStatus;
import io.vertebra.contract.BillingCredits.ReleaseHold;
import io.vertebra.contract.BillingCredits.SettleHold;
import io.vertebra.contract.Payments;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestClock;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CreditsTest {
    private Shop shop;

    @BeforeEach
    void a_wallet_that_warns_at_three_and_clears_at_five() {
        shop = new Shop();
        shop.set("/orgs/" + shop.org + "/wallets/EUR/levels", "{\"warnAt\":300,\"clearAt\":500,\"graceHours\":24}")
                .expect(200);
    }

    @AfterEach
    void stop() {
        shop.close();
    }

    @Test
    void running_out_warns_waits_and_releases_once_each_also_when_the_node_dies_between() {
        assertThat(state()).isEqualTo("grace");
        grant(1000, 0, null);
        assertThat(state()).isEqualTo("ok");
        use(600);
        assertThat(state()).isEqualTo("ok");
        use(150);
        assertThat(state()).isEqualTo("low");
        grant(200, 0, null);
        assertThat(state()).as("hysteresis").isEqualTo("low");
        use(200);
        assertThat(shop.told("BalanceLow")).isEqualTo(1);
        grant(400, 0, null);
        assertThat(state()).isEqualTo("ok");
        use(650);
        assertThat(state()).isEqualTo("grace");
        assertThat(shop.told("ReleaseNeeded")).isZero();
        shop.close();

        var clock = new TestClock();
        clock.pass(Duration.ofHours(25));
        for (int node = 0; node < 2; node++) {
            try (var later = shop.another(Servers.freshRedis(), clock)) {
                Shop.until(later, () -> toldOn(later, "ReleaseNeeded") == 1);
                assertThat(toldOn(later, "BalanceLow")).isEqualTo(1);
                assertThat(toldOn(later, "GraceStarted")).isEqualTo(2);
                assertThat(toldOn(later, "BalanceRestored")).isEqualTo(2);
            }
        }
    }

    private long toldOn(io.vertebra.testing.TestPlatform platform, String type) {
        return Shop.told(platform, shop.org, type);
    }

    @Test
    void the_lowest_priority_is_used_first_and_what_expires_lapses() {
        var simulated = Clock.systemUTC().instant().plusSeconds(3600).truncatedTo(ChronoUnit.MICROS);
        shop.travel(simulated);
        var soon = Clock.systemUTC().instant().plus(Duration.ofDays(10));
        grant(100, 5, null);
        grant(100, 1, soon);
        for (var grant : shop.see("/grants").path("items")) {
            assertThat(Instant.parse(grant.path("grantedAt").asText())).isEqualTo(simulated);
        }
        use(30);
        assertThat(shop.see("/grants").at("/items/0/left/amount").asLong()).isEqualTo(70);
        assertThat(shop.see("/grants").at("/items/1/left/amount").asLong()).isEqualTo(100);

        shop.travel(soon.plusSeconds(1));

        assertThat(shop.see("/grants").at("/items/0/left/amount").asLong()).isZero();
        assertThat(shop.balance("breakage")).isEqualTo(70);
        assertThat(shop.told("CreditsExpired")).isEqualTo(1);
    }

    @Test
    void a_hold_takes_from_several_grants_and_gives_back_what_was_not_used() {
        grant(100, 0, null);
        grant(100, 1, null);
        var id = UUID.randomUUID();
        var hold = new HoldCredits(shop.org, id, Money.of(150, "EUR"), "allocation:1", null);
        assertThat(shop.ask(hold)).isEqualTo(shop.ask(hold));
        assertThat(available()).isEqualTo(50);
        assertThat(refused(new HoldCredits(shop.org, UUID.randomUUID(), Money.of(51, "EUR"), "a:2", null)))
                .isEqualTo("ledger_insufficient");

        var settled = shop.ask(new SettleHold(shop.org, id, Money.of(120, "EUR")));

        assertThat(settled.status()).isEqualTo(HoldStatus.SETTLED);
        assertThat(shop.ask(new SettleHold(shop.org, id, Money.of(120, "EUR")))).isEqualTo(settled);
        assertThat(available()).isEqualTo(80);
        assertThat(shop.balance("revenue")).isEqualTo(120);
        assertThat(refused(new SettleHold(shop.org, id, Money.of(1, "EUR")))).isEqualTo("not_in_this_state");
    }

    @Test
    void a_released_hold_costs_nothing() {
        grant(100, 0, null);
        var id = UUID.randomUUID();
        shop.ask(new HoldCredits(shop.org, id, Money.of(100, "EUR"), "allocation:1", null));
        assertThat(available()).isZero();

        assertThat(shop.ask(new ReleaseHold(shop.org, id)).status()).isEqualTo(HoldStatus.RELEASED);

        assertThat(available()).isEqualTo(100);
    }

    @Test
    void a_refund_takes_unused_bought_credits_and_no_more() {
        var payment = UUID.randomUUID();
        shop.inBilling(work -> Shop.received(work, shop.org, payment, Money.of(1000, "EUR"), null));
        Shop.until(shop.platform, () -> available() == 1000);
        use(300);
        assertThat(refused(new HoldForRefund(shop.org, UUID.randomUUID(), payment, Money.of(701, "EUR"), null)))
                .isEqualTo("ledger_insufficient");
        var refund = UUID.randomUUID();
        var failing = UUID.randomUUID();
        shop.ask(new HoldForRefund(shop.org, refund, payment, Money.of(400, "EUR"), null));
        shop.ask(new HoldForRefund(shop.org, failing, payment, Money.of(300, "EUR"), null));
        assertThat(available()).isZero();

        shop.inBilling(work -> {
            work.emit(new Payments.RefundSucceeded(shop.org, payment, refund, Money.of(400, "EUR")));
            work.emit(new Payments.RefundFailed(shop.org, payment, failing, Money.of(300, "EUR"), "expired_card"));
            return Future.succeededFuture();
        });

        Shop.until(shop.platform, () -> available() == 300 && shop.balance("payments") == 400);
    }

    @Test
    void what_is_released_after_its_grant_expired_lapses_too() {
        var start = Clock.systemUTC().instant().plusSeconds(3600);
        shop.travel(start);
        grant(100, 0, start.plus(Duration.ofHours(1)));
        var id = UUID.randomUUID();
        shop.ask(new HoldCredits(shop.org, id, Money.of(60, "EUR"), "allocation:1", null));
        shop.travel(start.plus(Duration.ofHours(2)));
        assertThat(shop.balance("breakage")).isEqualTo(40);
        shop.ask(new ReleaseHold(shop.org, id));

        shop.travel(start.plus(Duration.ofHours(3)));

        assertThat(shop.balance("breakage")).isEqualTo(100);
        assertThat(available()).isZero();
    }

    @Test
    void what_came_back_during_grace_is_seen_before_anything_is_released() {
        var start = Clock.systemUTC().instant().plusSeconds(3600);
        shop.travel(start);
        grant(1000, 0, null);
        var expires = start.plus(Duration.ofHours(1));
        shop.ask(new HoldCredits(shop.org, UUID.randomUUID(), Money.of(1000, "EUR"), "allocation:1", expires));
        assertThat(state()).isEqualTo("grace");
        shop.travel(start.plus(Duration.ofHours(2)));
        Shop.until(shop.platform, () -> available() == 1000);

        shop.travel(start.plus(Duration.ofHours(30)));

        assertThat(state()).isEqualTo("ok");
        assertThat(shop.told("ReleaseNeeded")).isZero();
    }

    @Test
    void credits_count_however_many_grants_were_used_up_before() {
        shop.run("INSERT INTO billing.grants (org_id, id, name, kind, currency, amount, priority, granted_at) SELECT '"
                + shop.org + "', gen_random_uuid(), 'Before', 'promotional', 'EUR', 1, 0, now()"
                + " FROM generate_series(1, 1001)");
        grant(700, 5, null);
        assertThat(available()).isEqualTo(700);

        use(600);

        assertThat(available()).isEqualTo(100);
        int listed = 0;
        for (var page = shop.see("/grants?limit=200"); ; page = after(page)) {
            listed += page.path("items").size();
            if (!page.hasNonNull("next")) {
                break;
            }
        }
        assertThat(listed).isEqualTo(1002);
    }

    private JsonNode after(JsonNode page) {
        return shop.see("/grants?limit=200&after=" + page.path("next").asText());
    }

    @Test
    void a_dispute_holds_what_is_left_of_the_credits_and_takes_it_when_it_is_lost() {
        var payment = UUID.randomUUID();
        shop.inBilling(work -> Shop.received(work, shop.org, payment, Money.of(1000, "EUR"), null));
        Shop.until(shop.platform, () -> available() == 1000);
        use(300);

        dispute(payment, true);
        Shop.until(shop.platform, () -> available() == 700);
        dispute(payment, false);

        Shop.until(shop.platform, () -> shop.balance("losses") == -700);
        assertThat(available()).isZero();
        assertThat(shop.balance("payments")).isZero();
    }

    private void dispute(UUID payment, boolean won) {
        var id = UUID.randomUUID();
        var amount = Money.of(1000, "EUR");
        shop.inBilling(work -> {
            work.emit(new Payments.DisputeOpened(shop.org, payment, id, amount, "fraudulent"));
            return Future.succeededFuture();
        });
        Shop.until(shop.platform, () -> available() == 0);
        shop.inBilling(work -> {
            work.emit(new Payments.DisputeClosed(shop.org, payment, id, amount, won));
            return Future.succeededFuture();
        });
    }

    private String state() {
        return shop.see("/wallets/EUR").path("state").asText();
    }

    private long available() {
        return shop.see("/wallets/EUR").at("/available/amount").asLong();
    }

    private void grant(long amount, int priority, Instant expires) {
        var until = expires == null ? "" : ",\"expiresAt\":\"" + expires + "\"";
        shop.sell(
                        "/orgs/" + shop.org + "/grants",
                        "{\"name\":\"Gift\",\"amount\":{\"amount\":%d,\"currency\":\"EUR\"},\"priority\":%d%s}"
                                .formatted(amount, priority, until))
                .expect(201);
    }

    private void use(long amount) {
        var id = UUID.randomUUID();
        shop.ask(new HoldCredits(shop.org, id, Money.of(amount, "EUR"), "allocation:1", null));
        shop.ask(new SettleHold(shop.org, id, Money.of(amount, "EUR")));
    }

    private String refused(io.vertebra.bus.Request<?> request) {
        var call = Call.inside(Caller.service("tests"), System.currentTimeMillis() + 30_000);
        return ((Problem) failure(shop.platform.platform().bus().ask(call, request))).code();
    }
}
