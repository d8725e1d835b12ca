package io.vertebra.kernel.secrets;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of webhooks as Stripe makes them: {@code t=<seconds>,v1=<hex>}, an HMAC-SHA-256 over the time, a point and
 * the payload. Several {@code v1} may stand in a header and several secrets may hold, so that secrets can be rotated.
 */
public final class SignedPayload {
    private static final String SCHEME = "v1";

    private SignedPayload() {}

    /** The header that goes with a payload of this moment. */
    public static String sign(String secret, Instant at, String payload) {
        return "t=" + at.getEpochSecond() + "," + SCHEME + "="
                + HexFormat.of().formatHex(mac(secret, Long.toString(at.getEpochSecond()), payload));
    }

    /** Whether one of the secrets signed this payload, not longer ago than the tolerance and not ahead of it. */
    public static boolean holds(
            Collection<String> secrets, String header, String payload, Instant now, Duration tolerance) {
        String time = null;
        var signatures = new ArrayList<byte[]>();
        for (var part : header.split(",")) {
            int sign = part.indexOf('=');
            var name = sign < 0 ? "" : part.substring(0, sign).strip();
            var value = part.substring(sign + 1).strip();
            if (name.equals("t")) {
                time = value;
            } else if (name.equals(SCHEME)) {
                signatures.add(value.getBytes(StandardCharsets.UTF_8));
            }
        }
        if (time == null || !recent(time, now, tolerance)) {
            return false;
        }
        boolean holds = false;
        for (var secret : secrets) {
            var expected = HexFormat.of().formatHex(mac(secret, time, payload)).getBytes(StandardCharsets.UTF_8);
            for (var signature : signatures) {
                holds |= MessageDigest.isEqual(expected, signature);
            }
        }
        return holds;
    }

    private static boolean recent(String time, Instant now, Duration tolerance) {
        try {
            long away = Math.abs(Math.subtractExact(now.getEpochSecond(), Long.parseLong(time)));
            return away <= tolerance.toSeconds();
        } catch (NumberFormatException | ArithmeticException e) {
            return false;
        }
    }

    private static byte[] mac(String secret, String time, String payload) {
        var key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        return MasterSecret.hmac(key, (time + "." + payload).getBytes(StandardCharsets.UTF_8));
    }
}
