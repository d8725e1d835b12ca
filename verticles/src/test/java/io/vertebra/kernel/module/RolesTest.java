package io.vertebra.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.testing.Api;
import io.vertebra.testing.Await;
import io.vertebra.testing.FreePort;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One platform of nodes with different roles, all in this JVM. */
class RolesTest {
    private static final int PORT = FreePort.any();
    private static final List<TestPlatform> NODES = new ArrayList<>();
    private static Servers.Database database;
    private static String redis;
    private static TestPlatform edge;

    @BeforeAll
    static void start() {
        database = Servers.freshDatabase();
        redis = Servers.freshRedis();
        node("core-1", Set.of(Platform.ALL), Map.of("app.roles", "core"));
        node("worker-1", Set.of(Platform.ALL), Map.of("app.roles", "worker"));
        edge = node("edge-1", Set.of(Platform.ALL), Map.of("app.roles", "edge", "app.serves", "accounts,orgs,access"));
    }

    private static TestPlatform node(String name, Set<String> verticles, Map<String, String> more) {
        var settings = new HashMap<>(Map.of(
                "app.node",
                name,
                "cluster.enabled",
                "true",
                "cluster.name",
                "roles-" + PORT,
                "cluster.port",
                Integer.toString(PORT),
                "cluster.members",
                "127.0.0.1:" + PORT,
                "cluster.secret",
                "the-secret-of-the-cluster-of-this-test"));
        settings.putAll(more);
        var node = TestPlatform.on(database, redis, settings, Clock.systemUTC(), verticles);
        NODES.add(node);
        return node;
    }

    @AfterAll
    static void stop() {
        NODES.reversed().forEach(TestPlatform::close);
    }

    @Test
    void an_edge_passes_on_what_it_serves_and_finds_nothing_else() {
        Api api = edge.api();
        var ada = Person.signUp(api, "Ada");
        var org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
        api.get("/v1/orgs/" + org).as(ada.token()).send().expect(200);
        api.get("/v1/orgs/" + org + "/audit").as(ada.token()).send().expect(404);
    }

    @Test
    void an_operator_is_one_at_a_door_without_domains() {
        var olga = Person.operator(edge);
        edge.api()
                .put("/v1/admin/policies/limits.user-per-minute", "{\"value\":5000}")
                .as(olga.token())
                .send()
                .expect(200);
    }

    @Test
    void jobs_run_on_the_worker_alone() {
        var running = "SELECT count(DISTINCT last_start_at) FROM jobs.standing() WHERE last_start_at IS NOT NULL";
        for (int i = 0; i < 400 && count(running) == 0; i++) {
            Await.await(edge.platform().vertx().timer(25, TimeUnit.MILLISECONDS));
        }
        assertThat(count(running)).isPositive();
        assertThat(parts(0)).doesNotContain("jobs", "events").contains("module.orgs");
        assertThat(parts(1)).contains("jobs", "events", "module.orgs");
        assertThat(parts(2)).doesNotContain("jobs", "events", "module.orgs");
    }

    private static long count(String sql) {
        return Await.await(edge.platform().db().kernel().query(sql).execute())
                .iterator()
                .next()
                .getLong(0);
    }

    private static List<String> parts(int node) {
        return NODES.get(node).platform().health().parts().stream()
                .map(part -> part.part())
                .toList();
    }

    @Test
    void health_says_which_node_carries_what() {
        var nodes = edge.api().get("/health").send().expect(200).json().path("nodes");

        assertThat(nodes.findValuesAsText("name")).contains("core-1", "worker-1", "edge-1");
        for (var node : nodes) {
            var domains = node.path("domains").toString();
            switch (node.path("name").asText()) {
                case "core-1" -> assertThat(domains).contains("orgs", "accounts", "billing");
                case "edge-1" -> assertThat(node.path("doors").toString()).contains("http", "live");
                default -> assertThat(domains).isEqualTo("[]");
            }
            assertThat(node.path("since").asText()).isNotEmpty();
            assertThat(node.path("version").asText()).isNotEmpty();
            assertThat(node.path("instances").asInt()).isEqualTo(2);
        }
    }

    @Test
    void a_node_with_another_number_of_instances_refuses_what_others_carry() {
        assertThatThrownBy(() -> node("core-2", Set.of("orgs"), Map.of("app.event-loops", "1")))
                .isInstanceOf(Unresolved.class)
                .hasMessageContaining(
                        "The node core-1 runs 2 instances of orgs and this one would run 1: set app.event-loops to 2");
    }

    @Test
    void a_door_serves_no_domain_that_does_not_exist() {
        assertThatThrownBy(() -> node("edge-2", Set.of("http"), Map.of("app.serves", "orgz")))
                .hasMessageContaining("There is no domain orgz to serve");
    }
}
