package io.vertebra.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SQL of the sandbox. */
final class SandboxStore {
    static final String INSERT = "INSERT INTO sandbox.objects (id, kind, parent, key, body, due_at)"
            + " VALUES ($1, $2, $3, $4, $5::text::jsonb, $6)";
    static final String UPDATE = "UPDATE sandbox.objects SET body = $2::text::jsonb, due_at = $3 WHERE id = $1";
    private static final String BODY = "SELECT body::text AS body FROM sandbox.objects";
    static final String FIND = BODY + " WHERE id = $1 AND kind = $2";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String BY_KEY = BODY + " WHERE key = $1";
    static final String CHILDREN = BODY + " WHERE parent = $1 AND kind = $2 ORDER BY seq LIMIT 1000";
    static final String SINCE = BODY + " WHERE kind = $1 AND (body ->> 'created')::bigint >= $2"
            + " AND seq > coalesce((SELECT p.seq FROM sandbox.objects p WHERE p.id = $3), 0) ORDER BY seq LIMIT $4";
    static final String DUE = BODY + " WHERE due_at <= $1 ORDER BY due_at LIMIT 50 FOR UPDATE";
    static final String INSERT_EVENT =
            "INSERT INTO sandbox.events (id, payload, next_at, created_at) VALUES ($1, $2, $3, $3)";
    static final String DUE_EVENTS =
            "SELECT id, payload, failures FROM sandbox.events" + " WHERE next_at <= $1 ORDER BY next_at, seq LIMIT 50";
    static final String UPDATE_EVENT = "UPDATE sandbox.events SET next_at = $2, failures = $3 WHERE id = $1";

    private SandboxStore() {}

    /** Something that is to be told. */
    record Event(String id, String payload, int failures) {}

    static Future<ObjectNode> insert(
            Work work,
            ObjectNode body,
            String kind,
            @Nullable String parent,
            @Nullable String key,
            @Nullable Instant due) {
        return work.run(INSERT, id(body), kind, parent, key, body.toString(), due)
                .map(body);
    }

    static Future<ObjectNode> update(Work work, ObjectNode body) {
        return work.run(UPDATE, id(body), body.toString(), null).map(body);
    }

    static Future<Optional<ObjectNode>> find(Read read, String id, String kind) {
        return read.one(FIND, SandboxStore::body, id, kind);
    }

    static Future<Optional<ObjectNode>> lock(Work work, String id, String kind) {
        return work.one(LOCK, SandboxStore::body, id, kind);
    }

    static Future<Optional<ObjectNode>> byKey(Read read, String key) {
        return read.one(BY_KEY, SandboxStore::body, key);
    }

    static Future<List<ObjectNode>> children(Read read, String parent, String kind) {
        return read.list(CHILDREN, SandboxStore::body, parent, kind);
    }

    static Future<List<ObjectNode>> since(Read read, String kind, long created, @Nullable String after, int limit) {
        return read.list(SINCE, SandboxStore::body, kind, created, after, limit);
    }

    static Future<List<ObjectNode>> due(Work work, Instant now) {
        return work.list(DUE, SandboxStore::body, now);
    }

    static Future<Integer> insertEvent(Work work, String id, String payload) {
        return work.run(INSERT_EVENT, id, payload, work.now());
    }

    static Future<List<Event>> dueEvents(Read read, Instant now) {
        return read.list(
                DUE_EVENTS,
                row -> new Event(row.getString("id"), row.getString("payload"), row.getInteger("failures")),
                now);
    }

    static Future<Integer> updateEvent(Work work, String id, @Nullable Instant next, int failures) {
        return work.run(UPDATE_EVENT, id, next, failures);
    }

    private static String id(ObjectNode body) {
        return body.path("id").asText();
    }

    private static ObjectNode body(Row row) {
        try {
            return (ObjectNode) Json.tolerant().readTree(row.getString("body"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was stored cannot be read", e);
        }
    }
}
