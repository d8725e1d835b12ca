package io.vertebra.kernel.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A configured secret. Never shows itself: {@code toString} hides it, so that no log, dump or message prints it. */
public final class Secret {
    /** No secret was configured. */
    public static final Secret NONE = new Secret("");

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** The secret with this value. */
    public static Secret of(String value) {
        return value.isEmpty() ? NONE : new Secret(value);
    }

    /** The value itself; hand it only to what needs it. */
    public String reveal() {
        return value;
    }

    /** The value in UTF-8. */
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether one was configured. */
    public boolean isPresent() {
        return !value.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return isPresent() ? "(hidden)" : "(none)";
    }
}
