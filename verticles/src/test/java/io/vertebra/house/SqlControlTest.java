package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.house.SqlTest.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows each rule of {@link SqlTest} a statement that breaks it. */
class SqlControlTest {
    /** A store as SqlTest looks for statements in it. */
    private static final class SampleStore {
        static final String FIND = "SELECT id FROM orgs.orgs WHERE id = $1";
        static final String WORDS = "no statement";
    }

    private static List<Statement> orgs(String sql) {
        return List.of(new Statement("orgs", "SampleStore.BROKEN", sql));
    }

    @Test
    void the_statements_of_a_store_are_found() throws IllegalAccessException {
        var found = new ArrayList<Statement>();
        SqlTest.collect("orgs", SampleStore.class, found);
        assertThat(found).extracting(Statement::name).containsExactly("SampleStore.FIND");
        assertThat(SampleStore.WORDS).isNotBlank();
    }

    @Test
    void a_statement_that_does_not_fit_the_database_is_found() {
        assertThat(SqlTest.misfits(orgs("SELECT id FROM orgs.orgs WHERE id = $1")))
                .isEmpty();
        assertThat(SqlTest.misfits(orgs("SELECT colour FROM orgs.orgs")).values())
                .singleElement()
                .asString()
                .contains("colour");
        assertThat(SqlTest.misfits(orgs("SELECT FROM FROM orgs.orgs"))).hasSize(1);
    }

    @Test
    void a_table_that_the_role_may_not_touch_is_found() {
        assertThat(SqlTest.strangers(orgs("SELECT id FROM orgs.orgs JOIN accounts.people ON true")))
                .hasSize(1);
        assertThat(SqlTest.strangers(orgs("UPDATE accounts.people SET name = ''")))
                .hasSize(1);
        assertThat(SqlTest.strangers(orgs("SELECT kernel.touch($1)"))).isEmpty();
    }

    @Test
    void a_long_statement_and_a_star_are_found() {
        assertThat(SqlTest.uncached(orgs("SELECT id FROM orgs.orgs" + " ".repeat(2_048))))
                .hasSize(1);
        assertThat(SqlTest.unnamed(orgs("DELETE FROM orgs.orgs RETURNING *"))).hasSize(1);
    }
}
