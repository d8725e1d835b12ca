package io.vertebra.kernel.db;

import static io.vertebra.kernel.db.ThingsDb.member;
import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReadTest {
    private static final int TENANTS = 101;
    private static final int THINGS = 20;
    private static final int QUERIES = 4_000;
    private static final int IN_FLIGHT = 200;

    private static ThingsDb things;
    private static final Map<UUID, List<UUID>> BY_ORG = new HashMap<>();

    @BeforeAll
    static void open() {
        things = ThingsDb.open();
        for (int tenant = 0; tenant < TENANTS; tenant++) {
            BY_ORG.put(UUID.randomUUID(), new ArrayList<>());
        }
        BY_ORG.forEach((org, ids) -> await(things.work(member(org), work -> {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < THINGS; i++) {
                var id = work.newId();
                ids.add(id);
                all.add(work.run("INSERT INTO things.things VALUES ($1, $2, $3)", org, id, "thing " + i));
            }
            return Future.all(all);
        })));
        things.execute("ANALYZE things.things");
    }

    @AfterAll
    static void close() {
        things.close();
    }

    @Test
    void without_a_grant_nothing_shows() {
        assertThat(ids(member(UUID.randomUUID(), null, null))).isEmpty();
        var anonymous = new Call(Caller.ANONYMOUS, "request", null, Long.MAX_VALUE, null, null, null, null);
        assertThat(ids(anonymous)).isEmpty();
    }

    @Test
    void a_foreign_row_does_not_show_by_its_key_either() {
        var orgs = List.copyOf(BY_ORG.keySet());
        var foreign = BY_ORG.get(orgs.get(0)).getFirst();
        var sql = "SELECT id FROM things.things WHERE id = $1";
        var asStranger = await(things.things().read(member(orgs.get(1)), read -> read.one(sql, ReadTest::id, foreign)));
        var asMember = await(things.things().read(member(orgs.get(0)), read -> read.one(sql, ReadTest::id, foreign)));
        assertThat(asStranger).isEmpty();
        assertThat(asMember).contains(foreign);
    }

    @Test
    void a_person_sees_own_rows_without_a_grant() {
        var person = UUID.randomUUID();
        await(things.work(
                member(person, null, null),
                work -> work.run("INSERT INTO things.notes VALUES ($1, $2, 'mine')", person, work.newId())));
        var sql = "SELECT note FROM things.notes";
        var own = await(
                things.things().read(member(person, null, null), read -> read.list(sql, row -> row.getString(0))));
        var others = await(things.things()
                .read(member(UUID.randomUUID(), null, null), read -> read.list(sql, row -> row.getString(0))));
        assertThat(own).containsExactly("mine");
        assertThat(others).isEmpty();
    }

    @Test
    void tenants_interleaved_on_one_connection_see_their_own_rows_and_all_of_them() {
        var orgs = List.copyOf(BY_ORG.keySet());
        var random = new Random(42);
        Promise<Void> done = Promise.promise();
        var context = things.vertx.getOrCreateContext();
        context.runOnContext(start -> {
            var left = new int[] {QUERIES, QUERIES};
            for (int i = 0; i < IN_FLIGHT; i++) {
                next(orgs, random, left, done);
            }
        });
        await(done.future());
    }

    private void next(List<UUID> orgs, Random random, int[] left, Promise<Void> done) {
        if (left[0]-- <= 0) {
            return;
        }
        int choice = random.nextInt(TENANTS + 1);
        var org = choice == TENANTS ? null : orgs.get(choice);
        var expected = org == null ? List.<UUID>of() : BY_ORG.get(org);
        things.things()
                .read(
                        member(UUID.randomUUID(), org, null),
                        read -> read.list("SELECT id FROM things.things ORDER BY name, id", ReadTest::id))
                .onComplete((found, failure) -> {
                    if (failure != null || !new TreeSet<>(found).equals(new TreeSet<>(expected))) {
                        done.tryFail(failure == null ? new AssertionError(org + " saw " + found) : failure);
                    } else if (--left[1] == 0) {
                        done.tryComplete();
                    } else {
                        next(orgs, random, left, done);
                    }
                });
    }

    @Test
    void every_shape_of_query_sees_its_tenant_under_every_plan() {
        var orgs = List.copyOf(BY_ORG.keySet());
        var shapes = List.of(
                "SELECT id FROM things.things",
                "SELECT id FROM things.things ORDER BY id LIMIT 100",
                "SELECT id FROM things.things WHERE name LIKE 'thing%'",
                "SELECT a.id FROM things.things a JOIN things.things b ON b.id = a.id",
                "SELECT a.id FROM things.things a LEFT JOIN things.things b ON b.org_id = a.org_id AND b.name = a.name",
                "SELECT id FROM things.things WHERE id IN (SELECT id FROM things.things)",
                "SELECT id FROM things.things a WHERE EXISTS (SELECT FROM things.things b WHERE b.id = a.id)",
                "WITH x AS (SELECT id FROM things.things) SELECT id FROM x",
                "WITH x AS MATERIALIZED (SELECT id FROM things.things) SELECT id FROM x",
                "SELECT id FROM things.things UNION SELECT id FROM things.things",
                "SELECT id FROM things.things GROUP BY id HAVING count(*) = 1",
                "SELECT DISTINCT ON (name) id FROM things.things ORDER BY name",
                "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY name) FROM things.things) w",
                "SELECT unnest(ARRAY(SELECT id FROM things.things)) AS id",
                "SELECT t.id FROM unnest(ARRAY[1, 2]) n CROSS JOIN LATERAL"
                        + " (SELECT id FROM things.things ORDER BY id LIMIT 10 OFFSET (n - 1) * 10) t",
                "SELECT id FROM things.things -- a remark at the end");
        for (var mode : List.of("force_custom_plan", "force_generic_plan")) {
            for (var off : List.of(
                    "jit",
                    "enable_seqscan",
                    "enable_indexscan",
                    "enable_nestloop",
                    "enable_hashjoin",
                    "enable_mergejoin",
                    "enable_material",
                    "enable_memoize",
                    "enable_sort",
                    "enable_bitmapscan")) {
                everyShape(orgs, shapes, mode, off);
            }
        }
    }

    private void everyShape(List<UUID> orgs, List<String> shapes, String mode, String off) {
        var connection = await(PgConnection.connect(
                things.vertx, things.database.domain("things").setCachePreparedStatements(true)));
        await(connection
                .query("SET plan_cache_mode = " + mode + "; SET " + off + " = off")
                .execute());
        for (var shape : shapes) {
            var sql = Statements.wrapped(shape, 0);
            for (var org : orgs.subList(0, 3)) {
                var tenant = Tenant.ofRead(member(org));
                var rows = await(connection.preparedQuery(sql).execute(Statements.tuple(new Object[0], tenant)));
                assertThat(ids(rows))
                        .as("%s, %s, %s off", shape, mode, off)
                        .containsExactlyInAnyOrderElementsOf(BY_ORG.get(org));
            }
            var nobody = Tenant.ofRead(member(UUID.randomUUID(), null, null));
            assertThat(await(connection.preparedQuery(sql).execute(Statements.tuple(new Object[0], nobody))))
                    .isEmpty();
        }
        await(connection.close());
    }

    @Test
    void a_setting_does_not_outlive_its_statement() {
        var org = BY_ORG.keySet().iterator().next();
        await(things.things().read(member(org), read -> read.list("SELECT id FROM things.things", ReadTest::id)));
        var left = await(things.things()
                .client()
                .query("SELECT current_setting('app.org', true)")
                .execute());
        assertThat(left.iterator().next().getString(0)).isNullOrEmpty();
    }

    @Test
    void a_read_changes_nothing() {
        var org = BY_ORG.keySet().iterator().next();
        Function<Read, Future<List<UUID>>> deleting = read ->
                read.list("WITH gone AS (DELETE FROM things.things RETURNING id) SELECT id FROM gone", ReadTest::id);
        assertThat(failure(things.things().read(member(org), deleting))).hasMessageContaining("data-modifying");
    }

    private static List<UUID> ids(Call call) {
        return await(things.things().read(call, read -> read.list("SELECT id FROM things.things", ReadTest::id)));
    }

    private static List<UUID> ids(Iterable<Row> rows) {
        var ids = new ArrayList<UUID>();
        rows.forEach(row -> ids.add(row.getUUID("id")));
        return ids;
    }

    private static UUID id(Row row) {
        return row.getUUID(0);
    }
}
