package io.vertebra.orgs;

import io.vertebra.bus.Problem;
import io.vertebra.contract.Orgs.Refusal;
import io.vertebra.contract.Orgs.Role;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Set;

/** How times, roles and slugs stand in rows. */
final class Rows {
    private static final Set<String> SLUGS = Set.of("orgs_slug_key", "projects_slug_key");

    private Rows() {}

    static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    static Instant time(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static String label(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /** What a client chose and another one has already: the constraint that says so, as a problem. */
    static <T> Future<T> unlessTaken(Future<T> change) {
        return change.recover(failure -> failure instanceof PgException e && SLUGS.contains(e.getConstraint())
                ? Future.failedFuture(slugTaken())
                : Future.failedFuture(failure));
    }

    static Problem slugTaken() {
        return Problem.of(Refusal.SLUG_TAKEN, "Another one has this slug.").at("/slug", "is taken");
    }

    static Role role(Row row) {
        return Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT));
    }
}
