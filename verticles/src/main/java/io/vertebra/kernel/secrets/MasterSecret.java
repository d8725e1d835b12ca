package io.vertebra.kernel.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The one secret from which every key of the platform is derived. Never shows itself. */
public final class MasterSecret {
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec secret;

    /** The master secret with these bytes. */
    public MasterSecret(byte[] secret) {
        this.secret = new SecretKeySpec(secret, HMAC);
    }

    /**
     * The key for one purpose of one owner: 32 bytes, the same on every node, without relation to any other key.
     *
     * @param owner a domain or a part of the kernel
     */
    public SecretKey key(String owner, String purpose) {
        return new SecretKeySpec(hmac(secret, (owner + '\0' + purpose).getBytes(StandardCharsets.UTF_8)), HMAC);
    }

    /** HMAC-SHA-256 of a message under a key. */
    public static byte[] hmac(SecretKey key, byte[] message) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + HMAC, e);
        }
    }

    @Override
    public String toString() {
        return "MasterSecret(hidden)";
    }
}
