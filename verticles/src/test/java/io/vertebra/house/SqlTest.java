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
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every statement of a domain fits the migrated database under the domain's own role, names only its own schema, and is
 * short enough to be cached as a prepared statement. {@link SqlControlTest} shows that each rule can be broken.
 */
class SqlTest {
    /** A statement of a domain. */
    record Statement(String domain, String name, String sql) {}

    /** Longer texts are never cached by the client (mechanisms of the kernel, section 1). */
    private static final int CACHED_MAX = 2_048;

    private static final Pattern START = Pattern.compile("\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\b", Pattern.DOTALL);
    private static final Pattern STAR = Pattern.compile("(?i)RETURNING\\s+\\*");
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

    static void collect(String domain, Class<?> type, List<Statement> into) throws IllegalAccessException {
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

    /** Statements that the migrated database refuses to prepare for their own role, with its reason. */
    static Map<String, String> misfits(List<Statement> statements) {
        var database = Servers.freshDatabase();
        var vertx = Vertx.vertx();
        var faults = new TreeMap<String, String>();
        try {
            for (var statement : statements) {
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
        return faults;
    }

    /** Statements that name a schema of somebody else. */
    static List<String> strangers(List<Statement> statements) {
        return broken(statements, statement -> SCHEMA.matcher(statement.sql())
                .results()
                .anyMatch(found -> !List.of(statement.domain(), "kernel").contains(found.group(1))));
    }

    /** Statements that are too long to be cached. */
    static List<String> uncached(List<Statement> statements) {
        return broken(statements, statement -> statement.sql().length() > CACHED_MAX - 200);
    }

    /** Statements that answer whatever columns there are. */
    static List<String> unnamed(List<Statement> statements) {
        return broken(statements, statement -> STAR.matcher(statement.sql()).find());
    }

    private static List<String> broken(List<Statement> statements, Predicate<Statement> rule) {
        return statements.stream().filter(rule).map(Statement::name).toList();
    }

    @Test
    void every_statement_fits_the_database_under_its_own_role() throws Exception {
        var statements = statements();
        assertThat(misfits(statements)).isEmpty();
        assertThat(statements).extracting(Statement::domain).contains("accounts", "orgs", "access", "audit");
    }

    @Test
    void a_statement_names_only_its_own_schema() throws Exception {
        assertThat(strangers(statements())).isEmpty();
    }

    @Test
    void a_statement_is_short_enough_to_be_cached() throws Exception {
        assertThat(uncached(statements())).isEmpty();
    }

    @Test
    void a_statement_names_its_columns() throws Exception {
        assertThat(unnamed(statements())).isEmpty();
    }
}
