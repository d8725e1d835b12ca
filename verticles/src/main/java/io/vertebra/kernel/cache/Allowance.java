package io.vertebra.kernel.cache;

import java.time.Duration;

/**
 * What a rate-limit policy allows one key.
 *
 * @param policy the policy's name, as in the {@code RateLimit-Policy} header
 * @param key who is counted
 * @param limit how many requests a window may hold
 * @param window the length of the window; at least ten seconds
 * @param cost how many requests this one counts as
 */
public record Allowance(String policy, String key, long limit, Duration window, long cost) {
    /** An allowance per minute. */
    public static Allowance perMinute(String policy, String key, long limit) {
        return new Allowance(policy, key, limit, Duration.ofMinutes(1), 1);
    }

    /** The same allowance for something that counts as so many requests. */
    public Allowance times(long requests) {
        return new Allowance(policy, key, limit, window, requests);
    }

    /** The allowance as the {@code RateLimit-Policy} header states it. */
    String field() {
        return "\"" + policy + "\";q=" + limit + ";w=" + window.toSeconds();
    }

    /** The length of one of the ten sub-windows in milliseconds. */
    long slice() {
        return window.toMillis() / 10;
    }
}
