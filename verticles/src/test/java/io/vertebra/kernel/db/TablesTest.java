package io.vertebra.kernel.db;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Servers;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What must hold for every table of every domain, read from the catalogue of the migrated database. */
class TablesTest {
    private static final String OURS =
            " n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public') AND c.relkind IN ('r', 'p')";

    private static Vertx vertx;
    private static PgConnection owner;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        owner = await(PgConnection.connect(vertx, Servers.freshDatabase().owner()));
    }

    @AfterAll
    static void close() {
        await(vertx.close());
    }

    @Test
    void every_table_of_a_tenant_or_a_person_forces_row_level_security() {
        assertThat(list("SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
                        + " WHERE a.attname IN ('org_id', 'person_id') AND" + OURS
                        + " AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1"))
                .isEmpty();
    }

    @Test
    void no_login_role_owns_or_bypasses_anything() {
        assertThat(list("SELECT rolname FROM pg_roles WHERE rolname LIKE 'vertebra\\_%' AND rolname <> current_user"
                        + " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
                        + " OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid))"))
                .isEmpty();
    }

    @Test
    void no_domain_may_touch_a_table_of_another() {
        assertThat(list("SELECT r.rolname || ' ' || n.nspname || '.' || c.relname FROM pg_roles r, pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE r.rolname LIKE 'vertebra\\_%'"
                        + " AND r.rolname NOT IN (current_user, 'vertebra_' || n.nspname)"
                        + " AND r.rolcanlogin AND" + OURS
                        + " AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE') ORDER BY 1"))
                .isEmpty();
    }

    @Test
    void append_only_tables_refuse_update_delete_and_truncate_even_to_their_owner() {
        var tables = list("SELECT n.nspname || '.' || c.relname FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE NOT c.relispartition AND EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                + " WHERE t.tgrelid = c.oid AND p.proname = 'refuse_change') ORDER BY 1");
        assertThat(tables).contains("audit.records", "events.log");
        for (var table : tables) {
            var schema = table.substring(0, table.indexOf('.'));
            assertThat(list("SELECT privilege_type || ' to ' || grantee FROM information_schema.table_privileges"
                            + " WHERE table_schema || '.' || table_name = '" + table + "' AND grantee <> current_user"
                            + " AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')"))
                    .as(table)
                    .isEmpty();
            assertThat(failure(owner.query("TRUNCATE " + table + " CASCADE").execute()))
                    .as(schema)
                    .hasMessageContaining("append-only");
            assertThat(number("SELECT count(*) FROM pg_trigger WHERE tgrelid = '" + table + "'::regclass"
                            + " AND NOT tgisinternal AND tgenabled <> 'D' AND (tgtype & 24) = 24"))
                    .as("a trigger on UPDATE and DELETE of " + table)
                    .isPositive();
        }
    }

    @Test
    void an_append_only_table_refuses_its_owner_with_rows_in_it() {
        try (var things = ThingsDb.open()) {
            things.execute("INSERT INTO things.facts VALUES (1)");
            var connection = await(PgConnection.connect(things.vertx, things.database.owner()));
            for (var change :
                    List.of("UPDATE things.facts SET id = 2", "DELETE FROM things.facts", "TRUNCATE things.facts")) {
                assertThat(failure(connection.query(change).execute())).hasMessageContaining("append-only");
            }
            var role = await(PgConnection.connect(things.vertx, things.database.domain("things")));
            assertThat(failure(role.query("DELETE FROM things.facts").execute()))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void every_function_with_its_owners_rights_has_a_fixed_search_path() {
        assertThat(list("SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
                        + " WHERE p.prosecdef AND n.nspname !~ '^pg_'"
                        + " AND n.nspname NOT IN ('information_schema', 'public')"
                        + " AND NOT coalesce(array_to_string(p.proconfig, ',') LIKE 'search_path=pg_catalog%', false)"))
                .isEmpty();
    }

    private static List<String> list(String sql) {
        var all = new ArrayList<String>();
        await(owner.query(sql).execute()).forEach(row -> all.add(row.getString(0)));
        return all;
    }

    private static long number(String sql) {
        return await(owner.query(sql).execute()).iterator().next().getLong(0);
    }
}
