package io.vertebra.kernel.db;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.KeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The login role of each domain and its password, which is derived from one master secret and stored nowhere. */
public final class Roles {
    private static final int ITERATIONS = 4096;

    private Roles() {}

    /** The role of a domain: {@code vertebra_orgs}. */
    public static String of(String domain) {
        return "vertebra_" + domain;
    }

    /** The password of a role under this master secret. */
    public static String password(String secret, String role) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(bytes(secret), "password:" + role));
    }

    /** What PostgreSQL keeps of the password (SCRAM-SHA-256), so that the password itself is never sent to it. */
    static String verifier(String secret, String role) {
        var salt = Arrays.copyOf(hmac(bytes(secret), "salt:" + role), 16);
        try {
            KeySpec spec = new PBEKeySpec(password(secret, role).toCharArray(), salt, ITERATIONS, 256);
            var salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            var stored = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
            var base64 = Base64.getEncoder();
            return "SCRAM-SHA-256$" + ITERATIONS + ":" + base64.encodeToString(salt) + "$"
                    + base64.encodeToString(stored) + ":" + base64.encodeToString(hmac(salted, "Server Key"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK lacks SCRAM's algorithms.", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK lacks HMAC-SHA-256.", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
