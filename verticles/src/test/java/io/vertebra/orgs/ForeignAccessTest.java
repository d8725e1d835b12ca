package io.vertebra.orgs;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Scope;
import io.vertebra.bus.Verb;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.Sample;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is somebody else's does not exist: through every operation, and by row-level security alone. */
class ForeignAccessTest {
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;
    private static Person eve;
    private static UUID org;
    private static UUID project;
    private static final Map<String, UUID> KNOWN = new HashMap<>();

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        ada = Person.signUp(api, "Ada Owner");
        eve = Person.signUp(api, "Eve Foreign");
        org = id(api.post("/v1/orgs", "{\"name\":\"Ours\"}").as(ada.token()).send());
        project = id(api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"Secret\"}")
                .as(ada.token())
                .send());
        var invitation =
                id(api.post("/v1/orgs/" + org + "/invitations", "{\"email\":\"x@example.test\",\"role\":\"viewer\"}")
                        .as(ada.token())
                        .send());
        api.post("/v1/orgs", "{\"name\":\"Theirs\"}").as(eve.token()).send().expect(201);
        KNOWN.putAll(Map.of("orgId", org, "projectId", project, "invitationId", invitation, "personId", ada.id()));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    static Stream<Operation> operationsOfOrgs() {
        return Contracts.load().operations().stream().filter(operation -> operation.scope() == Scope.ORG);
    }

    @ParameterizedTest
    @MethodSource("operationsOfOrgs")
    void a_stranger_finds_nothing_through_any_operation(Operation operation) {
        var answer = ask(operation, eve.token());

        assertThat(answer.status()).as(answer.toString()).isEqualTo(404);
        assertThat(answer.text("code")).isEqualTo("not_found");
        assertThat(answer.body()).doesNotContain("Secret", "Ours");
    }

    @ParameterizedTest
    @MethodSource("operationsOfOrgs")
    void without_a_sign_in_nothing_is_answered(Operation operation) {
        assertThat(ask(operation, null).status()).isEqualTo(401);
    }

    @Test
    void after_all_attempts_everything_is_as_it_was() {
        operationsOfOrgs().forEach(operation -> ask(operation, eve.token()));

        var read = api.get("/v1/orgs/" + org + "/projects/" + project).as(ada.token());
        assertThat(read.send().expect(200).text("version")).isEqualTo("1");
        var audit = api.get("/v1/orgs/" + org + "/audit").as(ada.token()).send().expect(200);
        assertThat(audit.body()).doesNotContain(eve.id().toString());
    }

    /** The door is left out: the call carries no grant, whoever asks. */
    @Test
    void row_level_security_alone_shows_nothing() {
        for (var person : List.of(ada, eve)) {
            var caller = new Caller(ActorKind.USER, person.id(), null, null, null);
            for (Function<Read, Future<?>> read : List.<Function<Read, Future<?>>>of(
                    on -> CompanyStore.find(on, org),
                    on -> ProjectStore.find(on, org, project),
                    on -> ProjectStore.list(on, org, Cursor.last(), 9),
                    on -> MemberStore.list(on, org, Cursor.first(), 9),
                    on -> InvitationStore.find(on, org, KNOWN.get("invitationId")))) {
                assertThat(shown(caller, read)).isIn("Optional.empty", "[]");
            }
        }
        var granted = new Grant(org, null, "orgs.projects.read", "owner");
        var caller = new Caller(ActorKind.USER, ada.id(), null, null, granted);
        assertThat(shown(caller, on -> ProjectStore.find(on, org, project))).contains("Secret");
    }

    @Test
    void every_table_of_a_tenant_is_empty_without_one() {
        for (var domain : List.of("orgs", "access", "audit", "accounts")) {
            var connection = await(PgConnection.connect(
                    platform.platform().vertx(), platform.database().domain(domain)));
            var tables = await(connection
                    .query("SELECT c.oid::regclass::text FROM pg_class c WHERE c.relforcerowsecurity"
                            + " AND has_table_privilege(c.oid, 'SELECT')")
                    .execute());
            for (var table : tables) {
                var name = table.getString(0);
                var rows =
                        await(connection.query("SELECT count(*) FROM " + name).execute());
                assertThat(rows.iterator().next().getLong(0)).as(name).isZero();
            }
            await(connection.close());
        }
    }

    private static String shown(Caller caller, Function<Read, Future<?>> body) {
        var call = Call.inside(caller, System.currentTimeMillis() + 20_000);
        return await(platform.platform().db().domain("orgs").read(call, read -> body.apply(read)
                .map(String::valueOf)));
    }

    private static Api.Answer ask(Operation operation, @Nullable String token) {
        var path = operation.route().path();
        for (var variable : operation.route().variables()) {
            path = path.replace(
                    "{" + variable + "}",
                    KNOWN.getOrDefault(variable, UUID.randomUUID()).toString());
        }
        var body = operation.route().verb() == Verb.GET || operation.route().verb() == Verb.DELETE
                ? null
                : Sample.body(operation);
        return api.ask(operation.route().verb().name(), path, body).as(token).send();
    }

    private static UUID id(Api.Answer created) {
        return UUID.fromString(created.expect(201).text("id"));
    }
}
