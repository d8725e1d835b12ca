package io.vertebra.http;

import static io.vertebra.testing.Await.await;

import io.vertebra.kernel.secrets.MasterSecret;
import io.vertebra.kernel.secrets.Vault;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Access tokens made from a good one with the platform's own signing key, and as attackers would like them. */
final class Tokens {
    private static final String NEWEST = "SELECT kid, modulus, exponent, sealed_private FROM accounts.signing_keys"
            + " ORDER BY active_from DESC LIMIT 1";

    private final String kid;
    private final PrivateKey signing;
    private final PublicKey published;
    private final PrivateKey foreign;

    private Tokens(String kid, PrivateKey signing, PublicKey published, PrivateKey foreign) {
        this.kid = kid;
        this.signing = signing;
        this.published = published;
        this.foreign = foreign;
    }

    /** Takes the signing key out of a platform on which somebody has signed in. */
    static Tokens of(TestPlatform platform) {
        var row = await(PgConnection.connect(
                                platform.platform().vertx(), platform.database().owner())
                        .compose(
                                connection -> connection.query(NEWEST).execute().eventually(connection::close)))
                .iterator()
                .next();
        var kid = row.getString("kid");
        var master = new MasterSecret(Servers.SECRET.getBytes(StandardCharsets.UTF_8));
        var vault = new Vault(master.key("accounts", "signing-keys"));
        var pkcs8 = vault.open(row.getBuffer("sealed_private").getBytes(), kid.getBytes(StandardCharsets.UTF_8));
        try {
            var rsa = KeyFactory.getInstance("RSA");
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new Tokens(
                    kid,
                    rsa.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
                    rsa.generatePublic(
                            new RSAPublicKeySpec(number(row.getString("modulus")), number(row.getString("exponent")))),
                    generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }

    /** The token with its claims changed, signed by the right key. */
    String changed(String token, UnaryOperator<JsonObject> change) {
        return sign(header("RS256", kid), change.apply(claims(token)), signing);
    }

    /** Unsigned, saying that this is enough. */
    String none(String token) {
        return encode(header("none", kid)) + "." + encode(claims(token)) + ".";
    }

    /** Signed with HMAC, the public key as its secret. */
    String hmacWithPublicKey(String token) {
        var text = encode(header("HS256", kid)) + "." + encode(claims(token));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(published.getEncoded(), "HmacSHA256"));
            return text + "." + encode(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signed by a key that nobody published, under a name of its own. */
    String foreignKid(String token) {
        return sign(header("RS256", "key-9"), claims(token), foreign);
    }

    /** Signed by a key that nobody published, under the name of a published one. */
    String foreignKey(String token) {
        return sign(header("RS256", kid), claims(token), foreign);
    }

    /** The token with other claims under its old signature. */
    String forged(String token, UnaryOperator<JsonObject> change) {
        var parts = token.split("\\.");
        return parts[0] + "." + encode(change.apply(claims(token))) + "." + parts[2];
    }

    private static JsonObject claims(String token) {
        var payload = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
        return new JsonObject(new String(payload, StandardCharsets.UTF_8));
    }

    private static JsonObject header(String algorithm, String kid) {
        return new JsonObject().put("alg", algorithm).put("typ", "at+jwt").put("kid", kid);
    }

    private static String sign(JsonObject header, JsonObject claims, PrivateKey by) {
        var text = encode(header) + "." + encode(claims);
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(by);
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
