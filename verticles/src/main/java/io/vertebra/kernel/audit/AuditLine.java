package io.vertebra.kernel.audit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertebra.kernel.chains.CanonicalJson;
import io.vertebra.kernel.chains.CheckpointKey;
import io.vertebra.kernel.chains.Hash;
import io.vertebra.kernel.chains.SignedCheckpoint;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One line of an export or a checkpoint file. */
sealed interface AuditLine {
    /** What an export says of itself. */
    String FORMAT = "vertebra-audit-1";

    /** The first line of an export. */
    record Start(String chain) implements AuditLine {}

    /** A public key. */
    record Key(CheckpointKey key) implements AuditLine {}

    /** A record: where it stands, the hash over what it says, and the hash under which it was sealed. */
    record Link(String chain, long sequence, String previous, String actual, String sealed) implements AuditLine {}

    /** A checkpoint. */
    record Signed(SignedCheckpoint checkpoint) implements AuditLine {}

    /** The last line of an export: how long the chain was and where it ended. */
    record End(String chain, long sequence, String head) implements AuditLine {}

    /** Reads a line; says what is wrong with it otherwise. */
    static AuditLine parse(String text) {
        var line = new Members(Members.read(text));
        try {
            return switch (line.text("type")) {
                case "chain" -> new Start(line.text("chain"));
                case "key" -> key(line);
                case "record" -> link(line);
                case "checkpoint" -> checkpoint(line);
                case "end" -> new End(line.text("chain"), line.number("sequence"), line.text("head"));
                default -> throw new IllegalArgumentException("a line of an unknown type");
            };
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a time that is none", e);
        }
    }

    /** The first line of the export of a chain. */
    static String start(UUID chain) {
        var line = new LinkedHashMap<String, Object>();
        line.put("type", "chain");
        line.put("format", FORMAT);
        line.put("chain", chain.toString());
        line.put("canonical", "RFC 8785");
        line.put("hash", "SHA-256");
        return CanonicalJson.text(line);
    }

    /** The last line of the export of a chain. */
    static String end(UUID chain, long sequence, String head) {
        var line = new LinkedHashMap<String, Object>();
        line.put("type", "end");
        line.put("chain", chain.toString());
        line.put("sequence", sequence);
        line.put("head", head);
        return CanonicalJson.text(line);
    }

    private static AuditLine key(Members line) {
        var key = CheckpointKey.of(Base64.getDecoder().decode(line.text("publicKey")));
        key.publicKey();
        if (!key.id().equals(line.text("keyId"))) {
            throw new IllegalArgumentException("a key under an id that is not its own");
        }
        return new Key(key);
    }

    private static AuditLine link(Members line) {
        var content = line.object("record");
        var record = new Members(content);
        return new Link(
                record.text("chain"),
                record.number("sequence"),
                record.text("previous"),
                Hash.of(CanonicalJson.bytes(content)),
                line.text("hash"));
    }

    private static AuditLine checkpoint(Members line) {
        return new Signed(new SignedCheckpoint(
                UUID.fromString(line.text("chain")),
                line.number("sequence"),
                line.text("head"),
                Instant.parse(line.text("at")),
                line.text("keyId"),
                line.text("signature")));
    }

    /** The members of a JSON object, asked for by type. */
    record Members(Map<String, @Nullable Object> values) {
        private static final JsonMapper JSON = JsonMapper.builder()
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();

        @SuppressWarnings("NullAway") // JSON null stands for null
        static Map<String, @Nullable Object> read(String text) {
            try {
                var values = JSON.readValue(text, new TypeReference<Map<String, @Nullable Object>>() {});
                if (values == null) {
                    throw new IllegalArgumentException("not a JSON object");
                }
                return values;
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("not a JSON object", e);
            }
        }

        String text(String name) {
            if (values.get(name) instanceof String text) {
                return text;
            }
            throw new IllegalArgumentException("without a text `" + name + "`");
        }

        long number(String name) {
            return switch (values.get(name)) {
                case Integer number -> number;
                case Long number -> number;
                case null, default -> throw new IllegalArgumentException("without a whole number `" + name + "`");
            };
        }

        @SuppressWarnings("unchecked")
        Map<String, @Nullable Object> object(String name) {
            if (values.get(name) instanceof Map<?, ?> object) {
                return (Map<String, @Nullable Object>) object;
            }
            throw new IllegalArgumentException("without an object `" + name + "`");
        }
    }
}
