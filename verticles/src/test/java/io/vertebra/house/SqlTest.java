package io.vertebra.house;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertebra.kernel.module.Domain;
import io.vertebra.testing.Servers;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every statement of a domain fits the migrated database under the domain's own role, names only its own schema, and is
 * short enough to be cached as a prepared statement.
 */
class SqlTest {
    private record Statement(String domain, String name, String sql) {}

    /** Longer texts are never cached by the client (mechanisms of the kernel, section 1). */
    private static final int CACHED_MAX = 2_048;

    private static final Pattern START = Pattern.compile("\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\b", Pattern.DOTALL);
    private static final Pattern SCHEMA =
            Pattern.compile("\\b(?:FROM|JOIN|INTO|UPDATE)\\s+([a-z_]+)\\.[a-z_]+", Pattern.CASE_INSENSITIVE);

    private static List<Statement> statements() throws ReflectiveOperationException {
        var found = new ArrayList<Statement>();
        for (var provider : ServiceLoader.load(Domain.class).stream().toList()) {
            var room = provider.type().getPackageName();
            var domain = room.substring(room.lastIndexOf('.') + 1);
            var classes =
                    new ClassFileImporter(Set.of(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)).importPackages(room);
            for (JavaClass type : classes) {
                collect(domain, type.reflect(), found);
            }
        }
        return found;
    }

    private static void collect(String domain, Class<?> type, List<Statement> into) throws IllegalAccessException {
        for (var field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                field.setAccessible(true);
                var text = (String) field.get(null);
                if (text != null && START.matcher(text).lookingAt()) {
                    into.add(new Statement(domain, type.getSimpleName() + "." + field.getName(), text));
                }
            }
        }
    }

    @Test
    void every_statement_fits_the_database_under_its_own_role() throws Exception {
        var database = Servers.freshDatabase();
        var vertx = Vertx.vertx();
        var faults = new TreeMap<String, String>();
        var domains = new TreeSet<String>();
        try {
            for (var statement : statements()) {
                domains.add(statement.domain());
                var connection = await(PgConnection.connect(vertx, database.domain(statement.domain())));
                await(connection
                        .prepare(statement.sql())
                        .onFailure(e -> faults.put(statement.domain() + " " + statement.name(), e.getMessage()))
                        .otherwiseEmpty());
                await(connection.close());
            }
        } finally {
            await(vertx.close());
        }
        assertThat(faults).isEmpty();
        assertThat(domains).contains("accounts", "orgs", "access", "audit");
    }

    @Test
    void a_statement_names_only_its_own_schema() throws Exception {
        for (var statement : statements()) {
            var schemas = SCHEMA.matcher(statement.sql());
            while (schemas.find()) {
                assertThat(schemas.group(1)).as(statement.name()).isIn(statement.domain(), "kernel");
            }
        }
    }

    @Test
    void a_statement_is_short_enough_to_be_cached() throws Exception {
        for (var statement : statements()) {
            assertThat(statement.sql().length()).as(statement.name()).isLessThanOrEqualTo(CACHED_MAX - 200);
        }
    }

    @Test
    void a_statement_names_its_columns() throws Exception {
        for (var statement : statements()) {
            assertThat(statement.sql()).as(statement.name()).doesNotContainPattern("(?i)RETURNING\\s+\\*");
        }
    }
}
