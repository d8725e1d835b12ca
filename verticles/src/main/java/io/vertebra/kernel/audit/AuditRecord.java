package io.vertebra.kernel.audit;

import io.vertebra.kernel.chains.CanonicalJson;
import io.vertebra.kernel.chains.Hash;
import io.vertebra.kernel.chains.Head;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One record in its place in a chain. Its hash covers everything that it says, its place and the hash before it.
 *
 * @param chain the org, the person or nobody whose chain it stands in
 * @param sequence its dense place, from 1
 * @param previous the hash of the record before; {@link #START} for the first
 */
public record AuditRecord(
        UUID chain,
        long sequence,
        String previous,
        UUID id,
        @Nullable UUID org,
        Instant at,
        String actorKind,
        UUID actor,
        @Nullable String role,
        String action,
        @Nullable String target,
        String outcome,
        @Nullable String reason,
        String requestId,
        boolean platform) {

    /** What stands for the hash before the first record. */
    public static final String START = Head.START.hash();

    private static final int VERSION = 1;

    /** What the hash covers, as the members of a JSON object. */
    public Map<String, @Nullable Object> content() {
        var content = new LinkedHashMap<String, @Nullable Object>();
        content.put("version", VERSION);
        content.put("chain", chain.toString());
        content.put("sequence", sequence);
        content.put("previous", previous);
        content.put("id", id.toString());
        content.put("org", org == null ? null : org.toString());
        content.put("at", at.toString());
        content.put("actorKind", actorKind);
        content.put("actor", actor.toString());
        content.put("role", role);
        content.put("action", action);
        content.put("target", target);
        content.put("outcome", outcome);
        content.put("reason", reason);
        content.put("requestId", requestId);
        content.put("platform", platform);
        return content;
    }

    /** SHA-256 over the canonical form of the content, in hex. */
    public String hash() {
        return Hash.of(CanonicalJson.bytes(content()));
    }

    /** The line of an export, with the hash under which the record was sealed. */
    public String line(String sealed) {
        var line = new LinkedHashMap<String, @Nullable Object>();
        line.put("type", "record");
        line.put("hash", sealed);
        line.put("record", content());
        return CanonicalJson.text(line);
    }
}
