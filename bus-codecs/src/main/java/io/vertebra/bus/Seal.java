package io.vertebra.bus;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what travels between nodes with HMAC-SHA256 and the cluster's secret, so that a receiver knows that a node of
 * the cluster wrote it and that nothing was changed on the way.
 */
public final class Seal {
    /** How many bytes a seal has. */
    public static final int LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_SECRET_LENGTH = 32;

    private final ThreadLocal<Mac> mac;
    private final ThreadLocal<MessageDigest> digest = ThreadLocal.withInitial(Seal::sha256);

    /** Seals with this secret of at least 32 bytes. */
    public Seal(byte[] secret) {
        if (secret.length < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("The cluster's secret must have at least 32 bytes");
        }
        var key = new SecretKeySpec(secret, ALGORITHM);
        this.mac = ThreadLocal.withInitial(() -> keyed(key));
    }

    /** The seal of these bytes. */
    public byte[] of(byte[] sealed) {
        return mac.get().doFinal(sealed);
    }

    /** Whether the seal belongs to these bytes; takes the same time for every wrong seal. */
    public boolean holds(byte[] sealed, byte[] seal) {
        return MessageDigest.isEqual(of(sealed), seal);
    }

    /** The digest of a body, which stands in its sealed header. */
    public byte[] digest(byte[] body) {
        return digest.get().digest(body);
    }

    private static Mac keyed(SecretKeySpec key) {
        try {
            var fresh = Mac.getInstance(ALGORITHM);
            fresh.init(key);
            return fresh;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
