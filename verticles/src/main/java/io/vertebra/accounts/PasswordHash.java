package io.vertebra.accounts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password as it is kept: Argon2id in PHC form, {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. Making and checking
 * one takes tens of milliseconds of CPU; never on an event loop.
 */
final class PasswordHash {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,8}),t=(\\d{1,3}),p=(\\d{1,3})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    private PasswordHash() {}

    /** What one hash costs. */
    record Cost(int memoryKib, int passes, int lanes) {}

    /** Hashes a password under a fresh salt. */
    static String of(String password, Cost cost) {
        var salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        var base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        cost.memoryKib(),
                        cost.passes(),
                        cost.lanes(),
                        base64.encodeToString(salt),
                        base64.encodeToString(derive(password, salt, cost, HASH_BYTES)));
    }

    /** Whether the password is the one that was hashed. */
    static boolean matches(String password, String phc) {
        var parts = parse(phc);
        var expected = Base64.getDecoder().decode(parts.group(5));
        var actual = derive(password, Base64.getDecoder().decode(parts.group(4)), cost(parts), expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    /** Whether the hash was made at another cost than this. */
    static boolean isOutdated(String phc, Cost cost) {
        return !cost(parse(phc)).equals(cost);
    }

    private static Matcher parse(String phc) {
        var parts = PHC.matcher(phc);
        if (!parts.matches()) {
            throw new IllegalStateException("a stored hash has no known form");
        }
        return parts;
    }

    private static Cost cost(Matcher parts) {
        return new Cost(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
    }

    /** NFKC first, so that the same password typed on another keyboard stays the same (SP 800-63B-4, 3.1.1.2). */
    private static byte[] derive(String password, byte[] salt, Cost cost, int length) {
        var normal = Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        var hash = new byte[length];
        generator.generateBytes(normal, hash);
        Arrays.fill(normal, (byte) 0);
        return hash;
    }
}
