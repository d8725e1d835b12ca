package io.vertebra.accounts;

import io.vertebra.kernel.secrets.MasterSecret;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A refresh token taken apart: a session and a place in its family, under an HMAC that only the platform can make.
 * Since a token follows from its place, the same place always has the same token and nothing needs to be kept.
 */
record RefreshToken(UUID sessionId, RefreshFamily.Place place) {
    private static final String PREFIX = "vrt_";
    private static final int BODY_BYTES = Long.BYTES * 2 + Integer.BYTES + 1;
    private static final int SEAL_BYTES = 32;

    /** The token as clients hold it. */
    String sealed(SecretKey key) {
        var body = ByteBuffer.allocate(BODY_BYTES + SEAL_BYTES)
                .putLong(sessionId.getMostSignificantBits())
                .putLong(sessionId.getLeastSignificantBits())
                .putInt(place.generation())
                .put((byte) place.branch());
        body.put(MasterSecret.hmac(key, Arrays.copyOf(body.array(), BODY_BYTES)));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(body.array());
    }

    /** The token, when the platform made it; otherwise null. */
    static @Nullable RefreshToken open(String text, SecretKey key) {
        if (!text.startsWith(PREFIX)) {
            return null;
        }
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        if (all.length != BODY_BYTES + SEAL_BYTES) {
            return null;
        }
        var seal = Arrays.copyOfRange(all, BODY_BYTES, all.length);
        if (!MessageDigest.isEqual(seal, MasterSecret.hmac(key, Arrays.copyOf(all, BODY_BYTES)))) {
            return null;
        }
        var body = ByteBuffer.wrap(all);
        return new RefreshToken(
                new UUID(body.getLong(), body.getLong()), new RefreshFamily.Place(body.getInt(), body.get()));
    }

    @Override
    public String toString() {
        return "RefreshToken(hidden)";
    }
}
