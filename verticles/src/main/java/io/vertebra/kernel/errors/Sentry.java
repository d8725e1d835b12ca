package io.vertebra.kernel.errors;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.kernel.config.ErrorsSettings;
import io.vertebra.kernel.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells a Sentry, or whatever takes its envelopes, of failures: at most one event of a group in a while, few at once,
 * none while it asks for quiet. What cannot be told is counted; PostgreSQL has it all the same.
 */
public final class Sentry {
    private static final int UNDER_WAY_MAX = 8;
    private static final int GROUPS_MAX = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int TOO_MANY = 429;

    private final SentryDsn dsn;
    private final HttpClient client;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Duration interval;
    private final String node;
    private final String version;
    private final String environment;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Map<UUID, Instant> told = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Instant> eldest) {
            return size() > GROUPS_MAX;
        }
    };

    private volatile Instant quietUntil = Instant.MIN;

    /** Who tells. */
    public record Teller(String node, String version, String environment) {}

    private Sentry(Vertx vertx, ErrorsSettings settings, Teller teller, MeterRegistry meters, Clock clock) {
        this.dsn = SentryDsn.parse(settings.sentryDsn());
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) TIMEOUT.toMillis()),
                new PoolOptions().setHttp1MaxSize(UNDER_WAY_MAX));
        this.clock = clock;
        this.meters = meters;
        this.interval = settings.sentryInterval();
        this.node = teller.node();
        this.version = teller.version();
        this.environment = teller.environment();
    }

    /** The Sentry that is set; null without one. */
    public static @Nullable Sentry of(
            Vertx vertx, ErrorsSettings settings, Teller teller, MeterRegistry meters, Clock clock) {
        return settings.sentryDsn().isPresent() ? new Sentry(vertx, settings, teller, meters, clock) : null;
    }

    /** Tells of these groups as far as its limits allow; does not wait. One caller at a time. */
    void tell(List<ErrorGroup> groups) {
        var now = clock.instant();
        for (var group : groups) {
            var before = told.get(group.id());
            if (before != null && before.plus(interval).isAfter(now)) {
                count("repeated");
            } else if (now.isBefore(quietUntil) || underWay.get() >= UNDER_WAY_MAX) {
                count("dropped");
            } else {
                told.put(group.id(), now);
                send(SentryEnvelope.of(group, now, node, version, environment));
            }
        }
    }

    private void send(Buffer envelope) {
        underWay.incrementAndGet();
        var to = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setSsl(dsn.tls())
                .setHost(dsn.host())
                .setPort(dsn.port())
                .setURI(dsn.path())
                .setTimeout(TIMEOUT.toMillis())
                .setFollowRedirects(false)
                .putHeader("Content-Type", "application/x-sentry-envelope")
                .putHeader("User-Agent", "vertebra/" + version)
                .putHeader(
                        "X-Sentry-Auth",
                        "Sentry sentry_version=7, sentry_client=vertebra/" + version + ", sentry_key=" + dsn.key());
        client.request(to)
                .compose(request -> request.send(envelope))
                .compose(response -> response.end().map(response))
                .recover(away -> Future.succeededFuture())
                .onSuccess(this::answered);
    }

    private void answered(@Nullable HttpClientResponse response) {
        underWay.decrementAndGet();
        if (response == null) {
            count("failed");
            return;
        }
        if (response.statusCode() == TOO_MANY) {
            quietUntil = clock.instant().plus(pause(response.getHeader("Retry-After")));
        }
        count(response.statusCode() == 200 ? "sent" : "failed");
    }

    private static Duration pause(@Nullable String retryAfter) {
        try {
            return retryAfter == null ? QUIET : Duration.ofSeconds(Math.clamp(Long.parseLong(retryAfter), 1, 3600));
        } catch (NumberFormatException date) {
            return QUIET;
        }
    }

    private void count(String status) {
        meters.counter(Meters.ERRORS_SENTRY, "status", status).increment();
    }

    void close() {
        client.close();
    }
}
