package io.vertebra.billing;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Money;
import io.vertebra.bus.Request;
import io.vertebra.contract.BillingCredits.HoldCredits;
import io.vertebra.contract.BillingCredits.SettleHold;
import io.vertebra.testing.Api;
import io.vertebra.testing.FreePort;
import io.vertebra.testing.OtherNode;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Credits run out while the nodes that carry billing are killed (SIGKILL) in the middle of each step: every step is
 * told once all the same.
 */
class CreditsKilledTest {
    private static final Set<String> ROOMS = Set.of("http", "accounts", "orgs", "access", "audit", "events", "ledger");
    private static final String SECRET = "the-secret-of-the-cluster-in-which-nodes-are-killed";
    private static final long PATIENCE_MS = 120_000;
    private static final long CALL_MS = 3_000;
    private static final long LOOK_MS = 50;

    /** One round in every build; more with {@code -Dvertebra.rounds=20}. */
    private static final int ROUNDS = Integer.getInteger("vertebra.rounds", 1);

    private final Deque<OtherNode> nodes = new ArrayDeque<>();
    private final Map<String, String> environment = new HashMap<>();
    private TestPlatform door;
    private Api api;
    private Person operator;
    private Person owner;
    private UUID org;
    private int started;

    @BeforeEach
    void a_door_and_two_nodes_that_carry_billing() {
        var database = Servers.freshDatabase();
        var redis = Servers.freshRedis();
        int port = FreePort.any();
        var settings = Map.of(
                "cluster.enabled",
                "true",
                "cluster.name",
                "test-" + port,
                "cluster.port",
                Integer.toString(port),
                "cluster.members",
                "127.0.0.1:" + port,
                "cluster.secret",
                SECRET,
                "jobs.lease",
                "2s");
        door = TestPlatform.on(database, redis, settings, Clock.systemUTC(), ROOMS);
        environment.putAll(Map.of(
                "APP_ENV", "local",
                "DATABASE_URL", database.url(),
                "REDIS_URL", redis,
                "VERTEBRA_CONF", "../conf",
                "VERTEBRA_APP_MASTER_SECRET", Servers.SECRET,
                "VERTEBRA_DATABASE_MIGRATE", "false",
                "VERTEBRA_MAIL_MODE", "mailbox"));
        settings.forEach((key, value) ->
                environment.put("VERTEBRA_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value));
        api = door.api();
        operator = Person.operator(door);
        owner = Person.signUp(api, "Olive Owner");
        startNode();
        startNode();
    }

    @AfterEach
    void stop() {
        nodes.forEach(OtherNode::close);
        door.close();
    }

    @Test
    void each_step_is_told_once_whichever_node_dies_in_the_middle_of_it() {
        for (int round = 0; round < ROUNDS; round++) {
            org = UUID.fromString(api.post("/v1/orgs", "{\"name\":\"Customer\"}")
                    .as(owner.token())
                    .send()
                    .expect(201)
                    .text("id"));
            runOut();
        }
    }

    private void runOut() {
        persist("/orgs/" + org + "/wallets/EUR/levels", "{\"warnAt\":300,\"clearAt\":500,\"graceHours\":24}");
        grant(1000);
        until(() -> state().equals("ok"));

        use(750, true);
        assertThat(state()).isEqualTo("low");
        grant(200);
        assertThat(state()).as("between the two levels").isEqualTo("low");
        use(200, false);
        assertThat(told("BalanceLow")).as("it hovered").isEqualTo(1);

        use(250, true);
        assertThat(state()).isEqualTo("grace");
        assertThat(told("ReleaseNeeded")).isZero();

        var later = Clock.systemUTC().instant().plus(Duration.ofHours(25));
        persist("/orgs/" + org + "/clock", "{\"to\":\"" + later + "\"}");
        killOne();
        until(() -> told("ReleaseNeeded") == 1 && !walking());
        assertThat(state()).isEqualTo("released");

        grant(501);
        assertThat(state()).isEqualTo("ok");
        assertThat(told("BalanceLow")).isEqualTo(1);
        assertThat(told("GraceStarted"))
                .as("when the levels were set, and when it ran out")
                .isEqualTo(2);
        assertThat(told("ReleaseNeeded")).isEqualTo(1);
        assertThat(told("BalanceRestored")).isEqualTo(2);
    }

    /** Uses credits; with a kill, one node dies while the hold is on its way. Asked again, it is the same hold. */
    private void use(long amount, boolean kill) {
        var id = UUID.randomUUID();
        var hold = new HoldCredits(org, id, Money.of(amount, "EUR"), "allocation:1", null);
        var first = door.platform().bus().ask(call(), hold);
        if (kill) {
            killOne();
        }
        await(first.<Void>mapEmpty().otherwiseEmpty());
        persist(hold);
        persist(new SettleHold(org, id, Money.of(amount, "EUR")));
    }

    private void killOne() {
        startNode();
        nodes.removeFirst().kill();
    }

    private void startNode() {
        started++;
        nodes.addLast(OtherNode.run("credits-" + started, "billing", environment));
    }

    private void grant(long amount) {
        var json = "{\"name\":\"Gift\",\"amount\":{\"amount\":%d,\"currency\":\"EUR\"}}".formatted(amount);
        until(() -> api.post("/v1/admin/orgs/" + org + "/grants", json)
                        .as(operator.token())
                        .key("grant-" + org + "-" + amount)
                        .send()
                        .status()
                < 300);
    }

    private void persist(String path, String json) {
        until(() ->
                api.put("/v1/admin" + path, json).as(operator.token()).send().status() == 200);
    }

    private void persist(Request<?> request) {
        until(() -> await(door.platform().bus().ask(call(), request).map(true).otherwise(false)));
    }

    private String state() {
        var found = new String[1];
        until(() -> {
            var answer = api.get("/v1/orgs/" + org + "/wallets/EUR")
                    .as(owner.token())
                    .send();
            found[0] = answer.status() == 200 ? answer.text("state") : null;
            return found[0] != null;
        });
        return found[0];
    }

    private boolean walking() {
        var answer =
                api.get("/v1/admin/orgs/" + org + "/clock").as(operator.token()).send();
        return answer.status() != 200 || answer.json().path("walking").asBoolean();
    }

    private long told(String type) {
        return Shop.told(door, org, type);
    }

    private static Call call() {
        return Call.inside(Caller.service("tests"), System.currentTimeMillis() + CALL_MS);
    }

    private void until(BooleanSupplier holds) {
        long end = System.currentTimeMillis() + PATIENCE_MS;
        while (!holds.getAsBoolean()) {
            if (System.currentTimeMillis() > end) {
                var output = new StringBuilder("It did not come to hold.");
                nodes.forEach(node -> output.append('\n').append(node.output()));
                throw new AssertionError(output.toString());
            }
            await(door.platform().vertx().timer(LOOK_MS, TimeUnit.MILLISECONDS));
        }
    }
}
