package io.vertebra.door;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.io.IOException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An access token (RFC 7519, signed RS256) taken apart. Pure: knows no clock and no keys of its own.
 *
 * @param kid the key that it says it was signed with
 * @param caller who it speaks for
 * @param expiresAtMs when it ends
 * @param sessionEpoch the epoch of its session when it was made
 * @param key the API key that it was made for; null without one
 */
record Token(
        String kid,
        Caller caller,
        long expiresAtMs,
        long sessionEpoch,
        @Nullable String key) {
    static final String ALGORITHM = "RS256";

    private static final int LENGTH_MAX = 4_096;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The key id of a token that has the form of one of ours; null for any other text. */
    static @Nullable String kidOf(String text) {
        var header = header(text);
        if (header == null || !ALGORITHM.equals(header.path("alg").asText()) || header.has("crit")) {
            return null;
        }
        var kid = header.path("kid");
        return kid.isTextual() ? kid.asText() : null;
    }

    /** The token, when the key signed it for the audience and in the name of the issuer that it was published with. */
    static Future<Optional<Token>> verify(String text, String kid, JWTAuth key) {
        return key.authenticate(new TokenCredentials(text))
                .map(user -> read(kid, user.attributes().getJsonObject("accessToken")))
                .otherwise(Optional.empty());
    }

    private static Optional<Token> read(String kid, JsonObject claims) {
        var kind = ActorKind.valueOf(claims.getString("kind", "user").toUpperCase(Locale.ROOT));
        var session = claims.getString("sid");
        var caller = new Caller(
                kind,
                UUID.fromString(claims.getString("sub")),
                null,
                session == null ? null : UUID.fromString(session),
                null);
        var expires = claims.getLong("exp");
        return kind == ActorKind.ANONYMOUS || expires == null
                ? Optional.empty()
                : Optional.of(new Token(
                        kid,
                        caller,
                        Math.multiplyExact(expires, 1000L),
                        claims.getLong("sep", 0L),
                        claims.getString("key")));
    }

    private static @Nullable JsonNode header(String text) {
        if (text.length() > LENGTH_MAX || text.chars().filter(c -> c == '.').count() != 2) {
            return null;
        }
        try {
            var node = JSON.readTree(Base64.getUrlDecoder().decode(text.substring(0, text.indexOf('.'))));
            return node != null && node.isObject() ? node : null;
        } catch (IOException | IllegalArgumentException malformed) {
            return null;
        }
    }
}
