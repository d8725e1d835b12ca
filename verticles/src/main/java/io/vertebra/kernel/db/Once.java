package io.vertebra.kernel.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertebra.bus.Call;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client's wish that a request has its effect once.
 *
 * @param caller whose key it is
 * @param key the client's {@code Idempotency-Key}
 * @param fingerprint what tells this request from another one under the same key
 */
record Once(UUID caller, String key, byte[] fingerprint) {
    /** What stands for the key among those in flight on this node. */
    record Key(UUID caller, String key) {}

    /** The wish of this call; null without a key, without a caller, or where no reply is kept. */
    static @Nullable Once of(Call call, Action action, Object request, ObjectMapper json) {
        var key = call.idempotencyKey();
        if (key == null
                || action.reply() == Action.Reply.NEVER
                || !call.caller().signedIn()) {
            return null;
        }
        return new Once(call.caller().id(), key, fingerprint(action.name(), request, json));
    }

    Key inFlight() {
        return new Key(caller, key);
    }

    boolean sameRequest(byte[] other) {
        return MessageDigest.isEqual(fingerprint, other);
    }

    private static byte[] fingerprint(String operation, Object request, ObjectMapper json) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(operation.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return digest.digest(json.writeValueAsBytes(request));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK lacks SHA-256.", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A request of " + operation + " cannot be written as JSON.", e);
        }
    }
}
