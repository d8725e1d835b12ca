package io.vertebra.accounts;

import io.vertebra.bus.Call;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.cache.ClientNetwork;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.secrets.Digests;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits on failed attempts, beneath the doors' limits on requests: in PostgreSQL, so exact over all nodes and doors,
 * and nobody passes without being counted. An attempt is counted before it is tried, so that many at once cannot slip
 * through; what succeeded is given back.
 */
final class Attempts {
    private static final int FORGOTTEN_AT_ONCE = 500;

    private static final int PROOFS_PER_MINUTE = 10;
    private static final int MINUTE_SECONDS = 60;
    private static final int HOUR_SECONDS = 3_600;

    private final Bus bus;
    private final AccountsSettings settings;

    Attempts(Bus bus, AccountsSettings settings) {
        this.bus = bus;
        this.settings = settings;
    }

    /** Counts an attempt to sign in; fails with 429 when the account or the network address had too many. */
    Future<Void> countLogin(Read read, String address) {
        var buckets = new ArrayList<Accounts.Bucket>();
        buckets.add(new Accounts.Bucket(key("account", address), settings.failuresPerAccountPerHour(), HOUR_SECONDS));
        var network = read.call().address();
        if (network != null) {
            buckets.add(new Accounts.Bucket(
                    key("network", ClientNetwork.of(network)), settings.failuresPerAddressPerMinute(), MINUTE_SECONDS));
        }
        return count(read.call(), buckets);
    }

    /** Gives back the attempt of a sign-in that succeeded. */
    Future<Void> forgetLogin(Work work, String address) {
        var forgotten = AccountsStore.emptyBucket(work, key("account", address));
        var network = work.call().address();
        if (network == null) {
            return forgotten.mapEmpty();
        }
        double seconds = MINUTE_SECONDS / (double) settings.failuresPerAddressPerMinute();
        return forgotten
                .compose(done -> AccountsStore.easeBucket(work, key("network", ClientNetwork.of(network)), seconds))
                .mapEmpty();
    }

    /** Counts an attempt to prove a password while signed in. */
    Future<Void> countProof(Read read) {
        var person = read.call().caller().id().toString();
        return count(
                read.call(), List.of(new Accounts.Bucket(key("proof", person), PROOFS_PER_MINUTE, MINUTE_SECONDS)));
    }

    /** Counts a mail that somebody has sent to an address; fails with 429 when it had too many. */
    Future<Void> countMail(Read read, String address) {
        return count(
                read.call(),
                List.of(new Accounts.Bucket(key("mail", address), settings.mailsPerAddressPerHour(), HOUR_SECONDS)));
    }

    /** Answers {@link Accounts.CountAttempt}. */
    Future<Accounts.Attempt> count(Work work, Accounts.CountAttempt request) {
        return AccountsStore.fillBuckets(work, request.buckets()).map(wait -> new Accounts.Attempt(wait == 0, wait));
    }

    private Future<Void> count(Call call, List<Accounts.Bucket> buckets) {
        return bus.ask(call, new Accounts.CountAttempt(buckets))
                .compose(attempt -> attempt.allowed()
                        ? Future.succeededFuture()
                        : Future.failedFuture(Problem.of(
                                        Problems.QUOTA_EXCEEDED,
                                        "Too many attempts; wait " + attempt.retryAfterSeconds() + " seconds.")
                                .with("retryAfter", attempt.retryAfterSeconds())));
    }

    private static String key(String kind, String value) {
        return kind + ":" + Digests.word(value);
    }

    /** Forgets counters that count nothing any more; a job. */
    static Future<Integer> forget(Run run) {
        return run.drain(FORGOTTEN_AT_ONCE, work -> AccountsStore.deleteAttempts(work, FORGOTTEN_AT_ONCE));
    }
}
