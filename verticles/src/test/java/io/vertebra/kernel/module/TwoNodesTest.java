package io.vertebra.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Await;
import io.vertebra.testing.FreePort;
import io.vertebra.testing.OtherNode;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The door in this JVM, the domains in two others: the main job across them, and the death of one of them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesTest {
    private static final String DOMAINS = "accounts,orgs,access,audit,events";
    private static final String CLUSTER_SECRET = "the-secret-of-the-cluster-of-two-nodes-in-this-test";

    private static OtherNode first;
    private static OtherNode second;
    private static TestPlatform door;

    @BeforeAll
    static void start() {
        var database = Servers.freshDatabase();
        var redis = Servers.freshRedis();
        int port = FreePort.any();
        var cluster = Map.of(
                "cluster.enabled",
                "true",
                "cluster.name",
                "test-" + port,
                "cluster.port",
                Integer.toString(port),
                "cluster.members",
                "127.0.0.1:" + port,
                "cluster.secret",
                CLUSTER_SECRET);
        door = TestPlatform.on(database, redis, cluster, Clock.systemUTC(), Set.of("http"));
        var environment = environment(database, redis, cluster);
        first = OtherNode.run("first", DOMAINS, environment);
        second = OtherNode.run("second", DOMAINS, environment);
    }

    private static Map<String, String> environment(
            Servers.Database database, String redis, Map<String, String> cluster) {
        var all = new HashMap<String, String>();
        all.put("APP_ENV", "local");
        all.put("DATABASE_URL", database.url());
        all.put("REDIS_URL", redis);
        all.put("VERTEBRA_CONF", "../conf");
        all.put("VERTEBRA_APP_MASTER_SECRET", Servers.SECRET);
        all.put("VERTEBRA_APP_EVENT_LOOPS", "2");
        all.put("VERTEBRA_DATABASE_MIGRATE", "false");
        all.put("VERTEBRA_MAIL_MODE", "mailbox");
        cluster.forEach((key, value) ->
                all.put("VERTEBRA_" + key.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"), value));
        return all;
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        door.close();
    }

    private static void awaitCarriers(int count) {
        for (int i = 0; i < 1200 && carriers() != count; i++) {
            assertThat(first.alive()).as(() -> first.output()).isTrue();
            Await.await(pause());
        }
        assertThat(carriers()).as(() -> first.output() + second.output()).isEqualTo(count);
    }

    private static Future<?> pause() {
        return door.platform().vertx().timer(50, TimeUnit.MILLISECONDS);
    }

    private static long carriers() {
        return door.platform().nodes().stream()
                .filter(node -> node.domains().contains("orgs"))
                .count();
    }

    private static String body(Person person, String path) {
        return door.api().get(path).as(person.token()).send().expect(200).body();
    }

    @Test
    @Order(1)
    void the_main_job_is_done_across_nodes() {
        awaitCarriers(2);
        var api = door.api();
        var ada = Person.signUp(api, "Ada");

        var org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
        var projects = "/v1/orgs/" + org + "/projects";
        var key = UUID.randomUUID().toString();
        var made = api.post(projects, "{\"name\":\"One\"}")
                .as(ada.token())
                .key(key)
                .send()
                .expect(201);
        var again = api.post(projects, "{\"name\":\"One\"}")
                .as(ada.token())
                .key(key)
                .send()
                .expect(201);

        assertThat(again.body()).isEqualTo(made.body());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        api.get(projects + "/" + made.text("id")).as(ada.token()).send().expect(200);
        assertThat(api.get(projects).as(ada.token()).send().expect(200).json().path("items"))
                .hasSize(1);
        assertThat(body(ada, "/v1/orgs/" + org + "/events")).contains("Orgs.ProjectCreated");
        assertThat(body(ada, "/v1/orgs/" + org + "/audit")).contains("Orgs.CreateProject");
        var eve = Person.signUp(api, "Eve");
        api.get(projects).as(eve.token()).send().expect(404);
        assertThat(api.post(projects, "{\"name\":\"\"}")
                        .as(ada.token())
                        .send()
                        .expect(422)
                        .text("/errors/0/pointer"))
                .isEqualTo("/name");
    }

    @Test
    @Order(2)
    void reads_survive_the_death_of_a_node() {
        awaitCarriers(2);
        Api api = door.api();
        var ada = Person.signUp(api, "Ada");
        var org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
        for (int i = 0; i < 300; i++) {
            if (i == 50) {
                second.kill();
            }
            api.get("/v1/orgs/" + org).as(ada.token()).send().expect(200);
        }
        awaitCarriers(1);
        api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"Two\"}")
                .as(ada.token())
                .send()
                .expect(201);
    }
}
