package io.vertebra.http;

import io.vertebra.contract.Accounts;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Access tokens as accounts makes them, and as attackers would like to. */
final class Tokens {
    static final String ISSUER = "https://issuer.example";
    static final String AUDIENCE = "vertebra";
    static final String KID = "key-1";

    private final KeyPair keys = pair();
    private final KeyPair foreign = pair();

    private static KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Accounts.SigningKeys published() {
        var key = (RSAPublicKey) keys.getPublic();
        var published = new Accounts.SigningKey(KID, number(key.getModulus()), number(key.getPublicExponent()));
        return new Accounts.SigningKeys(ISSUER, AUDIENCE, List.of(published));
    }

    private static String number(BigInteger value) {
        var bytes = value.toByteArray();
        return encode(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    /** A good token of this person with a session of their own. */
    String of(UUID person) {
        return with(person, UUID.randomUUID(), claims -> claims);
    }

    /** A token signed by the right key, with its claims changed. */
    String with(UUID person, UUID session, UnaryOperator<JsonObject> change) {
        return sign(header("RS256", KID), change.apply(claims(person, session)), keys);
    }

    JsonObject claims(UUID person, UUID session) {
        var now = Clock.systemUTC().instant().getEpochSecond();
        return new JsonObject()
                .put("iss", ISSUER)
                .put("aud", AUDIENCE)
                .put("sub", person.toString())
                .put("sid", session.toString())
                .put("kind", "user")
                .put("sep", 0)
                .put("iat", now)
                .put("exp", now + 600)
                .put("jti", UUID.randomUUID().toString());
    }

    /** Unsigned, saying that this is enough. */
    String none(UUID person) {
        return encode(header("none", KID)) + "." + encode(claims(person, UUID.randomUUID())) + ".";
    }

    /** Signed with HMAC, the public key as its secret. */
    String hmacWithPublicKey(UUID person) {
        var text = encode(header("HS256", KID)) + "." + encode(claims(person, UUID.randomUUID()));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
            return text + "." + encode(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signed by a key that nobody published, under its own name. */
    String foreignKid(UUID person) {
        return sign(header("RS256", "key-9"), claims(person, UUID.randomUUID()), foreign);
    }

    /** Signed by a key that nobody published, under the name of a published one. */
    String foreignKey(UUID person) {
        return sign(header("RS256", KID), claims(person, UUID.randomUUID()), foreign);
    }

    private static JsonObject header(String algorithm, String kid) {
        return new JsonObject().put("alg", algorithm).put("typ", "JWT").put("kid", kid);
    }

    private static String sign(JsonObject header, JsonObject claims, KeyPair by) {
        var text = encode(header) + "." + encode(claims);
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(by.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(JsonObject json) {
        return encode(json.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
