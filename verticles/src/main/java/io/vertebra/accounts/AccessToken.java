package io.vertebra.accounts;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * An access token (RFC 9068, signed RS256) before it is signed. Signed here, as the JWT library writes no other type
 * than {@code JWT} into the header.
 *
 * @param operator whether the person acts as operator of the platform: kind {@code admin} instead of {@code user}
 */
record AccessToken(
        String issuer,
        String audience,
        UUID personId,
        UUID sessionId,
        boolean operator,
        Instant at,
        Duration lifetime) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** A key to sign with. */
    record Signer(String kid, PrivateKey key) {}

    /** The token as clients hold it. Takes a millisecond of CPU; never on an event loop. */
    String signed(Signer signer) {
        var header = new JsonObject().put("alg", "RS256").put("typ", "at+jwt").put("kid", signer.kid());
        var claims = new JsonObject()
                .put("iss", issuer)
                .put("aud", audience)
                .put("sub", personId.toString())
                .put("sid", sessionId.toString())
                .put("kind", operator ? "admin" : "user")
                // A session's epoch grows only when something about it changed; a door that sees a later one asks.
                .put("sep", 0)
                .put("iat", at.getEpochSecond())
                .put("exp", at.plus(lifetime).getEpochSecond())
                .put("jti", UUID.randomUUID().toString());
        var text = encode(header) + "." + encode(claims);
        return text + "." + BASE64.encodeToString(sign(text, signer.key()));
    }

    private static byte[] sign(String text, PrivateKey key) {
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key does not work", e);
        }
    }

    private static String encode(JsonObject part) {
        return BASE64.encodeToString(part.encode().getBytes(StandardCharsets.UTF_8));
    }
}
