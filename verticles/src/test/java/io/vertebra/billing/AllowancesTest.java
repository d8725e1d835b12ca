package io.vertebra.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.contract.Access;
import io.vertebra.contract.Access.PolicyLevel;
import io.vertebra.testing.Api;
import io.vertebra.testing.TestPlatform;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a plan allows is a limit of the org, at the doors of two nodes. */
class AllowancesTest {
    private static final String LIMIT = "limits.org-per-minute";
    private static final String PLAN = """
            {"code":"%1$s","name":"%1$s","product":"api","interval":"month","prices":[
              {"code":"base","name":"A month","currency":"EUR","model":"flat","unitAmount":0}],
             "entitlements":{"%2$s":%3$d,"projects":3}}""";
    private static final int SMALL = 6;
    private static final int LARGE = 60;

    private static Shop shop;
    private static TestPlatform other;

    @BeforeAll
    static void start() {
        shop = new Shop();
        other = shop.another(shop.redis, Clock.systemUTC());
        shop.sell("/products", "{\"code\":\"api\",\"name\":\"API\"}").expect(200);
        shop.sell("/plans", PLAN.formatted("small", LIMIT, SMALL)).expect(200);
        shop.sell("/plans", PLAN.formatted("large", LIMIT, LARGE)).expect(200);
        shop.sell("/plans", PLAN.formatted("odd", LIMIT, -1)).expect(200);
    }

    @AfterAll
    static void stop() {
        other.close();
        shop.close();
    }

    @Test
    void a_larger_plan_raises_the_limit_of_every_node_and_a_smaller_one_takes_it_back() {
        var org = shop.newOrg();
        var subscription = subscribe(org, "small");
        awaitValue(org, SMALL, PolicyLevel.PLAN);
        change(org, subscription, "large");
        awaitValue(org, LARGE, PolicyLevel.PLAN);

        for (int i = 0; i < 2 * SMALL; i++) {
            get(i % 2 == 0 ? shop.platform : other, org).expect(200);
        }

        change(org, subscription, "small");
        awaitValue(org, SMALL, PolicyLevel.PLAN);
        for (var node : List.of(shop.platform, other)) {
            var refused = get(node, org).expect(429);
            assertThat(refused.text("violatedPolicies")).isEqualTo("org");
            assertThat(refused.header("retry-after")).isNotBlank();
        }
    }

    @Test
    void what_is_cancelled_or_paused_allows_nothing_and_of_several_the_largest_holds() {
        var org = shop.newOrg();
        var large = subscribe(org, "large");
        awaitValue(org, LARGE, PolicyLevel.PLAN);
        subscribe(org, "small");
        act(org, large, "pause", null);
        awaitValue(org, SMALL, PolicyLevel.PLAN);
        act(org, large, "resume", null);
        awaitValue(org, LARGE, PolicyLevel.PLAN);

        act(org, large, "cancel", "{\"now\":true}");

        awaitValue(org, SMALL, PolicyLevel.PLAN);
    }

    @Test
    void an_operator_stands_over_the_plan_and_the_plan_over_what_holds_for_all() {
        var org = shop.newOrg();
        shop.set("/policies/" + LIMIT, "{\"value\":5000}").expect(200);
        assertThat(value(org).level()).isEqualTo(PolicyLevel.GLOBAL);
        var subscription = subscribe(org, "large");
        awaitValue(org, LARGE, PolicyLevel.PLAN);
        shop.set("/orgs/" + org + "/policies/" + LIMIT, "{\"value\":70}").expect(200);
        assertThat(value(org).value()).isEqualTo(70);
        shop.set("/orgs/" + org + "/policies/" + LIMIT, "{\"value\":null}").expect(200);
        assertThat(value(org).level()).isEqualTo(PolicyLevel.PLAN);

        act(org, subscription, "cancel", "{\"now\":true}");

        awaitValue(org, 5000, PolicyLevel.GLOBAL);
        shop.set("/policies/" + LIMIT, "{\"value\":null}").expect(200);
        assertThat(value(org).level()).isEqualTo(PolicyLevel.DEFAULT);
        shop.api
                .get("/v1/orgs/" + org + "/policies")
                .as(shop.owner.token())
                .send()
                .expect(200);
    }

    @Test
    void what_no_policy_value_can_be_is_none() {
        var org = shop.newOrg();
        subscribe(org, "odd");

        Shop.until(shop.platform, () -> Shop.told(shop.platform, org, "EntitlementsChanged") == 1);

        assertThat(value(org).level()).isEqualTo(PolicyLevel.DEFAULT);
    }

    private static String subscribe(UUID org, String plan) {
        return shop.api
                .post("/v1/orgs/" + org + "/subscriptions", "{\"plan\":\"" + plan + "\",\"currency\":\"EUR\"}")
                .as(shop.owner.token())
                .send()
                .expect(201)
                .text("id");
    }

    private static void change(UUID org, String subscription, String plan) {
        act(org, subscription, "change", "{\"plan\":\"" + plan + "\",\"proration\":\"next_invoice\"}");
    }

    private static void act(UUID org, String subscription, String verb, String body) {
        shop.api
                .post("/v1/orgs/" + org + "/subscriptions/" + subscription + "/" + verb, body)
                .as(shop.owner.token())
                .send()
                .expect(200);
    }

    private static Api.Answer get(TestPlatform node, UUID org) {
        return node.api().get("/v1/orgs/" + org).as(shop.owner.token()).send();
    }

    private static Access.PolicyValue value(UUID org) {
        return shop.ask(new Access.ResolvePolicies(org)).values().get(LIMIT);
    }

    private static void awaitValue(UUID org, long value, PolicyLevel level) {
        Shop.until(
                shop.platform, () -> value(org).value() == value && value(org).level() == level);
    }
}
