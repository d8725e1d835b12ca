package io.vertebra.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rights and policy values through the doors of two nodes that share a database and Redis. */
class AccessTest {
    private static TestPlatform node;
    private static TestPlatform other;
    private static Api api;
    private static Person ada;
    private static Person olga;

    @BeforeAll
    static void start() {
        var database = Servers.freshDatabase();
        var redis = Servers.freshRedis();
        node = TestPlatform.on(database, redis, Map.of(), Clock.systemUTC(), Set.of("all"));
        other = TestPlatform.on(database, redis, Map.of(), Clock.systemUTC(), Set.of("all"));
        api = node.api();
        ada = Person.signUp(api, "Ada Owner");
        olga = Person.operator(node);
    }

    @AfterAll
    static void stop() {
        other.close();
        node.close();
    }

    @Test
    void permissions_and_roles_can_be_read_by_whoever_signed_in() {
        var permissions =
                api.get("/v1/access/permissions").as(ada.token()).send().expect(200);
        assertThat(permissions.body())
                .contains("\"name\":\"orgs.projects.write\"", "Orgs.CreateProject", "\"scope\":\"platform\"");
        var roles = api.get("/v1/access/roles").as(ada.token()).send().expect(200);
        assertThat(roles.text("/roles/0/name")).isEqualTo("owner");
        assertThat(roles.json().path("roles")).hasSize(5);
        api.get("/v1/access/roles").send().expect(401);
    }

    @Test
    void a_policy_value_holds_on_the_next_request_of_every_node() {
        assertThat(userQuota(other)).contains("\"user\";q=1000");

        var set = api.put("/v1/admin/policies/limits.user-per-minute", "{\"value\":777}")
                .as(olga.token())
                .send()
                .expect(200);

        assertThat(set.text("level")).isEqualTo("global");
        assertThat(userQuota(other)).contains("\"user\";q=777");
        assertThat(userQuota(node)).contains("\"user\";q=777");
        var cleared = api.put("/v1/admin/policies/limits.user-per-minute", "{\"value\":null}")
                .as(olga.token())
                .send()
                .expect(200);
        assertThat(cleared.text("level")).isEqualTo("default");
        assertThat(userQuota(other)).contains("\"user\";q=1000");
    }

    @Test
    void an_org_has_its_own_values_over_the_global_ones() {
        var org = api.post("/v1/orgs", "{\"name\":\"Valued\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
        var name = "limits.service-per-minute";
        api.put("/v1/admin/policies/" + name, "{\"value\":20000}")
                .as(olga.token())
                .send()
                .expect(200);
        assertThat(value(org, name)).isEqualTo("20000 global");

        var set = api.put("/v1/admin/orgs/" + org + "/policies/" + name, "{\"value\":30000}")
                .as(olga.token())
                .send()
                .expect(200);

        assertThat(set.text("level")).isEqualTo("org");
        assertThat(value(org, name)).isEqualTo("30000 org");
        var global = api.get("/v1/admin/policies").as(olga.token()).send().expect(200);
        assertThat(global.json().path("values").path(name).path("value").asLong())
                .isEqualTo(20_000);
        api.put("/v1/admin/orgs/" + org + "/policies/" + name, "{\"value\":null}")
                .as(olga.token())
                .send()
                .expect(200);
        assertThat(value(org, name)).isEqualTo("20000 global");
    }

    @Test
    void bad_values_unknown_names_and_callers_who_are_no_operators_are_refused() {
        api.put("/v1/admin/policies/limits.user-per-minute", "{\"value\":0}")
                .as(olga.token())
                .send()
                .expect(422);
        api.put("/v1/admin/policies/limits.unknown", "{\"value\":1}")
                .as(olga.token())
                .send()
                .expect(404);
        var refused = api.put("/v1/admin/policies/limits.user-per-minute", "{\"value\":5}")
                .as(ada.token())
                .send()
                .expect(403);
        assertThat(refused.text("permission")).isEqualTo("platform.policies.write");
        assertThat(refused.text("decision")).isNotBlank();
        api.get("/v1/admin/policies").as(ada.token()).send().expect(403);
    }

    @Test
    void an_operator_has_no_rights_in_an_org_without_a_membership() {
        var org = api.post("/v1/orgs", "{\"name\":\"Private\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
        api.get("/v1/orgs/" + org).as(olga.token()).send().expect(404);
        api.get("/v1/orgs/" + UUID.randomUUID()).as(ada.token()).send().expect(404);
    }

    private static String userQuota(TestPlatform at) {
        return at.api().get("/v1/me").as(ada.token()).send().expect(200).header("RateLimit-Policy");
    }

    private static String value(String org, String name) {
        var values =
                api.get("/v1/orgs/" + org + "/policies").as(ada.token()).send().expect(200);
        var value = values.json().path("values").path(name);
        return value.path("value").asText() + " " + value.path("level").asText();
    }
}
