package io.vertebra.kernel.chains;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;

/**
 * The public half of a key that signs checkpoints. Its id is made from the key itself, so that noting the id is enough
 * to know the key again.
 *
 * @param id the first 32 hex digits of SHA-256 over the encoded key
 * @param encoded X.509 SubjectPublicKeyInfo
 */
public record CheckpointKey(String id, byte[] encoded) {
    private static final int ID_LENGTH = 32;

    /** The key of these bytes. */
    public static CheckpointKey of(byte[] encoded) {
        return new CheckpointKey(Hash.of(encoded).substring(0, ID_LENGTH), encoded);
    }

    /** The key as the verifier needs it; fails when the bytes are none. */
    public PublicKey publicKey() {
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 key", e);
        }
    }

    /** The line of an export or of a checkpoint file. */
    public String line() {
        var line = new LinkedHashMap<String, Object>();
        line.put("type", "key");
        line.put("keyId", id);
        line.put("algorithm", "Ed25519");
        line.put("publicKey", Base64.getEncoder().encodeToString(encoded));
        return CanonicalJson.text(line);
    }
}
