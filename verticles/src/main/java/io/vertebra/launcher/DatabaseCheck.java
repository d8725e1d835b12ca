package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What {@code doctor} asks the database. */
final class DatabaseCheck {
    private static final int VERSION_MIN = 150_000;
    private static final Duration SKEW_MAX = Duration.ofSeconds(2);
    private static final String QUERY = """
            SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS shown,
                   current_setting('max_connections')::int AS connections_max, clock_timestamp() AS now,
                   has_database_privilege(current_database(), 'CREATE') AS may_create,
                   (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_make_roles,
                   to_regclass('public._migrations') IS NOT NULL AS migrated""";

    private final Configuration configuration;

    DatabaseCheck(Configuration configuration) {
        this.configuration = configuration;
    }

    List<Finding> findings() {
        var settings = configuration.section("database", DatabaseSettings.class);
        try {
            var row = Database.of(configuration)
                    .connected(connection -> connection.query(QUERY).execute().map(rows -> rows.iterator()
                            .next()));
            return judge(row, settings);
        } catch (Exception e) {
            return List.of(Finding.ill("Database", String.valueOf(e.getMessage())));
        }
    }

    private static List<Finding> judge(Row row, DatabaseSettings settings) {
        var findings = new ArrayList<Finding>();
        var shown = "PostgreSQL " + row.getString("shown");
        findings.add(
                row.getInteger("version") >= VERSION_MIN
                        ? Finding.well("Database", shown)
                        : Finding.ill("Database", shown + " is too old: 15 or newer is needed"));
        findings.add(
                row.getBoolean("may_create") && row.getBoolean("may_make_roles")
                        ? Finding.well("Owner", settings.user() + " may make schemas and roles")
                        : Finding.ill(
                                "Owner", "ALTER ROLE " + settings.user() + " CREATEROLE; and let it own the database"));
        int most = row.getInteger("connections_max");
        findings.add(
                settings.connectionsMax() < most
                        ? Finding.well("Connections", settings.connectionsMax() + " of " + most + " for this node")
                        : Finding.ill(
                                "Connections", "database.connections-max is above max_connections (" + most + ")"));
        var skew = Duration.between(
                        Clock.systemUTC().instant(),
                        row.getOffsetDateTime("now").toInstant())
                .abs();
        findings.add(
                skew.compareTo(SKEW_MAX) <= 0
                        ? Finding.well("Clock", "the database's differs by " + skew.toMillis() + " ms")
                        : Finding.ill(
                                "Clock", "differs from the database's by " + skew.toSeconds() + " s: run NTP on both"));
        findings.add(
                row.getBoolean("migrated")
                        ? Finding.well("Migrations", "were run before")
                        : Finding.ill(
                                "Migrations", "never ran: `vertebra migrate up`, or start with database.migrate"));
        return findings;
    }
}
