package io.vertebra.kernel.events;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.UUID;

/** Appends events as the kernel's closing flush does, with a number in each. */
public final class LogWriter {
    static final String TYPE = "Orgs.ProjectCreated";
    private static final String APPEND = "SELECT events.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    private LogWriter() {}

    /** Appends one event of an org; its key is the project, its name the number. */
    public static Future<?> append(SqlClient client, UUID orgId, UUID project, int number) {
        return append(client, TYPE, orgId, project, number);
    }

    /** The same of another type. */
    static Future<?> append(SqlClient client, String type, UUID orgId, UUID project, int number) {
        var data = new JsonObject()
                .put("orgId", orgId.toString())
                .put("projectId", project.toString())
                .put("name", Integer.toString(number));
        return client.preparedQuery(APPEND)
                .execute(Tuple.tuple()
                        .addArrayOfUUID(new UUID[] {UUID.randomUUID()})
                        .addArrayOfString(new String[] {type})
                        .addArrayOfInteger(new Integer[] {1})
                        .addArrayOfUUID(new UUID[] {orgId})
                        .addArrayOfString(new String[] {project.toString()})
                        .addArrayOfString(new String[] {data.encode()})
                        .addOffsetDateTime(OffsetDateTime.now(Clock.systemUTC()))
                        .addUUID(UUID.randomUUID())
                        .addString("request-" + number)
                        .addString(null));
    }
}
