package io.vertebra.oracle;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Contracts;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.events.Follow;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.events.Readers;
import io.vertebra.kernel.events.Wake;
import io.vertebra.kernel.health.Health;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestDb;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators see and do through the door; the reader runs on another node of the same database. */
class OracleTest {
    private static final String READER = "orgs.picky";
    private static final Set<String> REFUSED = ConcurrentHashMap.newKeySet();
    private static final Set<String> APPLIED = ConcurrentHashMap.newKeySet();

    private static TestPlatform platform;
    private static Vertx vertx;
    private static TestDb other;
    private static Readers readers;
    private static Api api;
    private static Person ada;
    private static Person olga;
    private static String projects;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of("events.attempts-max", "2", "events.retry-delay", "10ms"));
        api = platform.api();
        ada = Person.signUp(api, "Ada Owner");
        olga = Person.operator(platform);
        var org = api.post("/v1/orgs", "{\"name\":\"Watched\"}").as(ada.token()).send();
        projects = "/v1/orgs/" + org.expect(201).text("id") + "/projects";
        vertx = Vertx.vertx();
        other = TestDb.on(vertx, platform.database(), List.of("orgs"));
        readers = reader();
        await(readers.start());
    }

    private static Readers reader() {
        var node = new Readers(new Readers.Surroundings(
                vertx,
                Contracts.load(),
                other.db().kernel(),
                new Wake(vertx),
                platform.configuration().section("events", EventsSettings.class),
                new SimpleMeterRegistry(),
                new Health(Clock.systemUTC()),
                null,
                new ErrorBus(Clock.systemUTC(), new SimpleMeterRegistry(), 100),
                Clock.systemUTC()));
        var follow = new Follow<>(Orgs.ProjectCreated.class, (work, fact) -> {
            var name = fact.event().name();
            if (REFUSED.contains(name)) {
                return Future.failedFuture(new IllegalStateException("cannot bear " + name));
            }
            return Future.succeededFuture(APPLIED.add(name));
        });
        node.add("orgs", "picky", From.NOW, List.of(follow), other.db().domain("orgs"));
        return node;
    }

    @AfterAll
    static void stop() {
        await(readers.stop());
        await(other.db().close());
        await(vertx.close());
        platform.close();
    }

    @Test
    void a_dead_letter_shows_its_reason_and_is_applied_when_a_person_has_it_retried() {
        var letter = parked("Sour");
        assertThat(letter.path("reader").asText()).isEqualTo(READER);
        assertThat(letter.path("type").asText()).isEqualTo("Orgs.ProjectCreated");
        assertThat(letter.path("reason").asText()).contains("cannot bear Sour");
        assertThat(reader(READER).path("parked").asLong()).isPositive();

        var path = "/v1/admin/dead-letters/" + letter.path("id").asText();
        api.post(path + "/retry", null).as(olga.token()).send().expect(204);
        awaitJson(path, one -> one.path("retries").asInt() == 1);
        REFUSED.remove("Sour");
        api.post(path + "/retry", null).as(olga.token()).send().expect(204);

        while (api.get(path).as(olga.token()).send().status() != 404) {
            await(vertx.timer(20));
        }
        assertThat(APPLIED).contains("Sour");
        api.post(path + "/retry", null).as(olga.token()).send().expect(404);
    }

    @Test
    void a_dead_letter_that_a_person_discards_is_gone_and_that_is_on_record() {
        var letter = parked("Bitter");
        var path = "/v1/admin/dead-letters/" + letter.path("id").asText();

        api.delete(path).as(olga.token()).send().expect(204);

        api.get(path).as(olga.token()).send().expect(404);
        api.delete(path).as(olga.token()).send().expect(404);
        assertThat(APPLIED).doesNotContain("Bitter");
        assertThat(audited("Oracle.DiscardDeadLetter"))
                .isEqualTo("deadLetterId:" + letter.path("id").asText());
    }

    @Test
    void readers_say_how_far_they_are() {
        create("Sweet");
        while (!APPLIED.contains("Sweet")) {
            await(vertx.timer(20));
        }
        awaitJson("/v1/admin/readers", page -> reader(READER).path("lagEvents").asLong() == 0);
        var reader = reader(READER);
        assertThat(reader.path("lanes").asInt()).isEqualTo(16);
        assertThat(reader.path("cursor").asLong()).isPositive();
        assertThat(reader.path("lagSeconds").asLong()).isZero();
        assertThat(reader.path("types")).hasSize(1);
    }

    @Test
    void a_job_is_listed_and_runs_when_a_person_asks() {
        var job = find("/v1/admin/jobs", "audit.checkpoints");
        long runs = job.path("runs").asLong();
        assertThat(job.path("schedule").asText()).isNotBlank();

        api.post("/v1/admin/jobs/audit.checkpoints/run", null)
                .as(olga.token())
                .send()
                .expect(200);

        while (find("/v1/admin/jobs", "audit.checkpoints").path("runs").asLong() <= runs) {
            await(vertx.timer(20));
        }
        assertThat(audited("Oracle.RunJob")).isEqualTo("name:audit.checkpoints");
        api.post("/v1/admin/jobs/no.such/run", null).as(olga.token()).send().expect(404);
    }

    @Test
    void jobs_come_page_by_page() {
        var first = api.get("/v1/admin/jobs?limit=1").as(olga.token()).send().expect(200);
        var second = api.get("/v1/admin/jobs?limit=1&after=" + first.text("next"))
                .as(olga.token())
                .send()
                .expect(200);
        assertThat(second.text("/items/0/name")).isGreaterThan(first.text("/items/0/name"));
    }

    @Test
    void only_operators_may() {
        for (var path : List.of("readers", "dead-letters", "jobs", "dead-letters/" + UUID.randomUUID())) {
            api.get("/v1/admin/" + path).as(ada.token()).send().expect(403);
            api.get("/v1/admin/" + path).send().expect(401);
        }
        api.post("/v1/admin/jobs/audit.seal/run", null).as(ada.token()).send().expect(403);
        api.delete("/v1/admin/readers/" + READER).as(ada.token()).send().expect(403);
    }

    @Test
    void a_reader_that_nobody_carries_any_more_is_retired() {
        other.asOwner("SELECT events.register('orgs.gone', ARRAY['Orgs.OrgDeleted'], true)");
        assertThat(reader("orgs.gone").path("lagEvents").asLong()).isPositive();

        api.delete("/v1/admin/readers/orgs.gone").as(olga.token()).send().expect(204);

        assertThat(reader("orgs.gone").isMissingNode()).isTrue();
    }

    private static void create(String name) {
        api.post(projects, "{\"name\":\"" + name + "\"}").as(ada.token()).send().expect(201);
    }

    /** The dead letter of a project whose name the reader refuses. */
    private static JsonNode parked(String name) {
        REFUSED.add(name);
        create(name);
        while (true) {
            var letters = api.get("/v1/admin/dead-letters?reader=" + READER)
                    .as(olga.token())
                    .send()
                    .expect(200);
            for (var letter : letters.json().path("items")) {
                if (letter.path("reason").asText().contains(name)) {
                    return letter;
                }
            }
            await(vertx.timer(20));
        }
    }

    private static JsonNode reader(String name) {
        return find("/v1/admin/readers", name);
    }

    private static JsonNode find(String path, String name) {
        for (var item : api.get(path).as(olga.token()).send().expect(200).json().path("items")) {
            if (item.path("name").asText().equals(name)) {
                return item;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static void awaitJson(String path, Predicate<JsonNode> condition) {
        while (!condition.test(api.get(path).as(olga.token()).send().expect(200).json())) {
            await(vertx.timer(20));
        }
    }

    private static String audited(String action) {
        var sql = "SELECT target FROM audit.records WHERE action = '" + action + "' AND outcome = 'done'";
        return await(io.vertx.pgclient.PgConnection.connect(
                                vertx, other.server().owner())
                        .compose(owner -> owner.query(sql).execute().eventually(owner::close)))
                .iterator()
                .next()
                .getString(0);
    }
}
