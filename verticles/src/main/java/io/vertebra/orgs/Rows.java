package io.vertebra.orgs;

import io.vertebra.contract.Orgs.Role;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/** How times and roles stand in rows. */
final class Rows {
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

    static Role role(Row row) {
        return Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT));
    }
}
