package io.vertebra.door;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
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
    private static final int LENGTH_MAX = 4_096;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The key id of a token that has the form of one of ours; null for any other text. */
    static @Nullable String kidOf(String text) {
        var header = part(text, 0);
        if (header == null || !"RS256".equals(header.path("alg").asText()) || header.has("crit")) {
            return null;
        }
        var kid = header.path("kid");
        return kid.isTextual() ? kid.asText() : null;
    }

    /** The token, when this key signed it for this audience in the name of this issuer; otherwise null. */
    static @Nullable Token verify(String text, String kid, PublicKey key, String issuer, String audience) {
        var dot = text.lastIndexOf('.');
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update(text.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
            if (!signature.verify(Base64.getUrlDecoder().decode(text.substring(dot + 1)))) {
                return null;
            }
        } catch (GeneralSecurityException | IllegalArgumentException forged) {
            return null;
        }
        var claims = part(text, 1);
        if (claims == null || !issuer.equals(claims.path("iss").asText()) || !meant(claims.path("aud"), audience)) {
            return null;
        }
        return read(kid, claims);
    }

    private static @Nullable Token read(String kid, JsonNode claims) {
        try {
            var kind = ActorKind.valueOf(claims.path("kind").asText("user").toUpperCase(java.util.Locale.ROOT));
            var session =
                    claims.hasNonNull("sid") ? UUID.fromString(claims.get("sid").asText()) : null;
            var caller = new Caller(kind, UUID.fromString(claims.path("sub").asText()), null, session, null);
            if (kind == ActorKind.ANONYMOUS || !claims.path("exp").isIntegralNumber()) {
                return null;
            }
            return new Token(
                    kid,
                    caller,
                    Math.multiplyExact(claims.get("exp").asLong(), 1000L),
                    claims.path("sep").asLong(0),
                    claims.hasNonNull("key") ? claims.get("key").asText() : null);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            return null;
        }
    }

    private static boolean meant(JsonNode audiences, String audience) {
        if (audiences.isTextual()) {
            return audience.equals(audiences.asText());
        }
        for (var one : audiences) {
            if (audience.equals(one.asText())) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable JsonNode part(String text, int index) {
        var first = text.indexOf('.');
        var second = text.indexOf('.', first + 1);
        if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0 || text.length() > LENGTH_MAX) {
            return null;
        }
        try {
            var part = index == 0 ? text.substring(0, first) : text.substring(first + 1, second);
            var node = JSON.readTree(Base64.getUrlDecoder().decode(part));
            return node != null && node.isObject() ? node : null;
        } catch (IOException | IllegalArgumentException malformed) {
            return null;
        }
    }
}
