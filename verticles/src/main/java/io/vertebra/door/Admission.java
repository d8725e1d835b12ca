package io.vertebra.door;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Problem;
import io.vertebra.kernel.cache.Allowance;
import io.vertebra.kernel.cache.Check;
import io.vertebra.kernel.cache.Ruling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a request was received at the gate.
 *
 * @param call the call with the caller that was recognised
 * @param refusal why it may not go on: 401 or 429; null when it may
 * @param check what it was held against
 * @param ruling what was left; null when nothing was counted
 * @param epoch the epoch of the caller's rights
 * @param expiresAtMs when the caller's token ends; the greatest long without one
 */
public record Admission(
        Call call,
        @Nullable Problem refusal,
        Check check,
        @Nullable Ruling ruling,
        long epoch,
        long expiresAtMs) {
    /** What it was held against, one by one. */
    public List<Allowance> allowances() {
        return check.allowances();
    }

    /** The value of the {@code RateLimit-Policy} header. */
    public String policies() {
        return check.policies();
    }

    /** The same request, refused after all. */
    Admission refused(Problem problem) {
        return new Admission(call, problem, check, ruling, epoch, expiresAtMs);
    }

    /** The same request of a caller that is known better now. */
    Admission by(Caller caller) {
        return new Admission(call.by(caller), refusal, check, ruling, epoch, expiresAtMs);
    }
}
