package io.vertebra.kernel.secrets;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals bytes for storage with AES-256-GCM: nobody without the key can read them, change them, or put them in the place
 * of others. Safe for many threads.
 */
public final class Vault {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /** A vault under a key of 32 bytes. */
    public Vault(SecretKey key) {
        this.key = new SecretKeySpec(key.getEncoded(), "AES");
    }

    /**
     * Seals bytes for one place.
     *
     * @param place where they are kept, for example the row's id; opening needs the same
     */
    public byte[] seal(byte[] plain, byte[] place) {
        var nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        var sealed = crypt(Cipher.ENCRYPT_MODE, nonce, plain, 0, place);
        var all = new byte[1 + NONCE_BYTES + sealed.length];
        all[0] = VERSION;
        System.arraycopy(nonce, 0, all, 1, NONCE_BYTES);
        System.arraycopy(sealed, 0, all, 1 + NONCE_BYTES, sealed.length);
        return all;
    }

    /** Opens what {@link #seal} made for this place; fails when it was made with another key, or changed. */
    public byte[] open(byte[] sealed, byte[] place) {
        if (sealed.length <= NONCE_BYTES || sealed[0] != VERSION) {
            throw new IllegalArgumentException("not a sealed value");
        }
        var nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
        return crypt(Cipher.DECRYPT_MODE, nonce, sealed, 1 + NONCE_BYTES, place);
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] input, int from, byte[] place) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(place);
            return cipher.doFinal(input, from, input.length - from);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("sealed with another key, for another place, or changed", e);
        }
    }
}
