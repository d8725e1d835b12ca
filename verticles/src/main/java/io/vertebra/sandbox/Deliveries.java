package io.vertebra.sandbox;

import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Backoff;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.module.Platform;
import io.vertebra.kernel.secrets.SignedPayload;
import io.vertebra.sandbox.SandboxStore.Event;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings webhooks on their way: over HTTP, signed at each attempt, until somebody takes them in. */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofHours(1));
    private static final int FAILURES_MAX = 20;

    private final Vertx vertx;
    private final SandboxSettings settings;
    private final URI publicUrl;
    private final String secret;
    private final Clock clock;
    private final WebClient client;

    Deliveries(Vertx vertx, SandboxSettings settings, URI publicUrl, String secret, Clock clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.publicUrl = publicUrl;
        this.secret = secret;
        this.clock = clock;
        this.client = WebClient.create(vertx, new WebClientOptions().setFollowRedirects(false));
    }

    /** Everything that is due; a job. */
    Future<Void> run(Run run) {
        return run.inWork(work -> SandboxStore.dueEvents(work, work.now())).compose(due -> deliver(run, due));
    }

    private Future<Void> deliver(Run run, List<Event> due) {
        Future<Void> all = Future.succeededFuture();
        for (var event : due) {
            all = all.compose(before -> deliver(run, event));
        }
        return all;
    }

    private Future<Void> deliver(Run run, Event event) {
        return client.postAbs(url())
                .timeout(settings.webhookTimeout().toMillis())
                .putHeader("content-type", "application/json")
                .putHeader("stripe-signature", SignedPayload.sign(secret, clock.instant(), event.payload()))
                .sendBuffer(Buffer.buffer(event.payload()))
                .map(answer -> answer.statusCode() / 100 == 2)
                .otherwise(false)
                .compose(taken -> run.inWork(work -> note(work, event, taken)))
                .mapEmpty();
    }

    private static Future<Integer> note(Work work, Event event, boolean taken) {
        int failures = taken ? event.failures() : event.failures() + 1;
        boolean over = taken || failures == FAILURES_MAX;
        if (!taken) {
            LOG.info("A webhook of the sandbox was not taken in, attempt {}", failures);
        }
        return SandboxStore.updateEvent(
                work, event.id(), over ? null : work.now().plus(BACKOFF.after(failures)), failures);
    }

    /** A path is looked for at this node's own door, or at the public address when the node has none. */
    private String url() {
        var url = settings.webhookUrl();
        if (!url.startsWith("/")) {
            return url;
        }
        var port =
                vertx.sharedData().<String, Integer>getLocalMap(Platform.PORTS).get("http");
        var origin = port == null || publicUrl.getScheme().equals("https")
                ? publicUrl.toString().replaceFirst("/+$", "")
                : "http://127.0.0.1:" + port;
        return origin + url;
    }
}
