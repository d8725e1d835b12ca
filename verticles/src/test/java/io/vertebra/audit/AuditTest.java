package io.vertebra.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.audit.AuditVerifier;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    private static final int PROJECTS = 30;

    @TempDir
    private static Path folder;

    private static TestPlatform platform;
    private static Api api;
    private static Person ada;
    private static String org;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of(
                "audit.checkpoint-file", checkpoints().toString(),
                "audit.checkpoint-pause", "100ms",
                "audit.seal-pause", "100ms",
                "jobs.poll-interval", "50ms"));
        api = platform.api();
        ada = Person.signUp(api, "Ada Owner");
        org = "/v1/orgs/"
                + api.post("/v1/orgs", "{\"name\":\"Audited\"}")
                        .as(ada.token())
                        .send()
                        .expect(201)
                        .text("id");
        for (int i = 0; i < PROJECTS; i++) {
            api.post(org + "/projects", "{\"name\":\"Project\"}")
                    .as(ada.token())
                    .send()
                    .expect(201);
        }
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void every_change_is_listed_with_who_what_and_in_which_role() {
        var newest = api.get(org + "/audit?limit=1").as(ada.token()).send().expect(200);
        assertThat(newest.text("/items/0/action")).isEqualTo("Orgs.CreateProject");
        assertThat(newest.text("/items/0/actor")).isEqualTo(ada.id().toString());
        assertThat(newest.text("/items/0/actorKind")).isEqualTo("user");
        assertThat(newest.text("/items/0/role")).isEqualTo("owner");
        assertThat(newest.text("/items/0/outcome")).isEqualTo("done");
        assertThat(newest.text("/items/0/target")).startsWith("projectId:");
    }

    @Test
    void filters_and_pages_show_each_record_once() {
        int seen = 0;
        var path = org + "/audit?limit=7&action=Orgs.CreateProject&outcome=done&actor=" + ada.id();
        var next = "";
        do {
            var page = api.get(path + (next.isEmpty() ? "" : "&after=" + next))
                    .as(ada.token())
                    .send()
                    .expect(200);
            seen += page.json().path("items").size();
            next = page.json().path("next").asText("");
            next = next.equals("null") ? "" : next;
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(PROJECTS);

        assertThat(items("?action=Orgs.CreateOrg")).isEqualTo(1);
        assertThat(items("?until=2020-01-01T00:00:00Z")).isZero();
        assertThat(items("?outcome=refused")).isZero();
        api.get(org + "/audit?after=rubbish").as(ada.token()).send().expect(400);
    }

    @Test
    void an_export_verifies_offline_with_the_checkpoints_beside_it() throws IOException {
        awaitCheckpoint();

        var export = api.get(org + "/audit/export").as(ada.token()).send().expect(200);

        assertThat(export.header("Content-Type")).isEqualTo("application/x-ndjson");
        var file = Files.writeString(folder.resolve("export.ndjson"), export.body());
        var report = AuditVerifier.verify(List.of(file, checkpoints()));
        assertThat(report.findings()).isEmpty();
        assertThat(report.intact()).isTrue();
        assertThat(report.chains().getFirst().records()).isGreaterThanOrEqualTo(PROJECTS + 1);
        assertThat(report.chains().getFirst().checkpoints()).isPositive();
        Files.writeString(file, export.body().replaceFirst("Orgs.CreateProject", "Orgs.DeleteProject"));
        assertThat(AuditVerifier.verify(List.of(file, checkpoints())).intact()).isFalse();
        var verification =
                api.get(org + "/audit/verification").as(ada.token()).send().expect(200);
        assertThat(verification.text("intact")).isEqualTo("true");
    }

    @Test
    void refused_attempts_stand_in_the_callers_chain_and_not_in_the_probed_orgs() {
        var eve = Person.signUp(api, "Eve Prober");
        api.post(org + "/projects", "{\"name\":\"Mine now\"}")
                .as(eve.token())
                .send()
                .expect(404);
        api.post(org + "/projects", "{\"name\":\"Mine now\"}")
                .as(eve.token())
                .send()
                .expect(404);

        long refused = 0;
        while (refused < 2) {
            refused = refusals(eve);
        }
        assertThat(refused).isEqualTo(2);
        assertThat(items("?actor=" + eve.id())).isZero();
    }

    private static long refusals(Person person) {
        return io.vertebra.testing.Await.await(io.vertx.pgclient.PgConnection.connect(
                        platform.platform().vertx(), platform.database().owner())
                .compose(connection -> connection
                        .query("SELECT count(*) FROM audit.records WHERE outcome = 'refused' AND chain = '"
                                + person.id() + "' AND org_id IS NULL AND action = 'Orgs.CreateProject'")
                        .execute()
                        .map(rows -> rows.iterator().next().getLong(0))
                        .eventually(connection::close)));
    }

    private static void awaitCheckpoint() {
        var chain = api.get(org + "/audit/chain").as(ada.token()).send().expect(200);
        while (chain.json().at("/checkpoint/sequence").asLong() < PROJECTS + 1) {
            chain = api.get(org + "/audit/chain").as(ada.token()).send().expect(200);
        }
        assertThat(chain.json().path("unsealed").asLong()).isZero();
    }

    private static int items(String query) {
        return api.get(org + "/audit" + query)
                .as(ada.token())
                .send()
                .expect(200)
                .json()
                .path("items")
                .size();
    }

    private static Path checkpoints() {
        return folder.resolve("checkpoints.ndjson");
    }
}
