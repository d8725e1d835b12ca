package io.vertebra.payments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Json;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Payments.Refusal;
import io.vertebra.contract.PaymentsWebhooks;
import io.vertebra.contract.PaymentsWebhooks.ListWebhooks;
import io.vertebra.contract.PaymentsWebhooks.ReceiveWebhook;
import io.vertebra.contract.PaymentsWebhooks.ReceivedWebhook;
import io.vertebra.contract.PaymentsWebhooks.RetryWebhook;
import io.vertebra.contract.PaymentsWebhooks.WebhookStatus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Backoff;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.secrets.SignedPayload;
import io.vertebra.payments.InboxStore.Told;
import io.vertebra.payments.PaymentStore.Stored;
import io.vertebra.payments.Seen.SetUp;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What providers tell. It is taken in by its id, and answered at once; afterwards the thing that it is about is looked
 * up at the provider, so that nothing rests on the order, the number or the content of what was told.
 */
final class Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofHours(1));
    private static final int AT_ONCE = 8;
    private static final int ROUNDS_MAX = 200;
    private static final int FAILURES_MAX = 20;
    private static final int WORD_MAX = 255;
    private static final int FORGOTTEN_AT_ONCE = 500;

    private final Providers providers;
    private final PaymentsSettings settings;
    private final Clock clock;

    Inbox(Providers providers, PaymentsSettings settings, Clock clock) {
        this.providers = providers;
        this.settings = settings;
        this.clock = clock;
    }

    /** Whether the provider signed these bytes. */
    Future<JsonNode> verify(Read read, ReceiveWebhook request) {
        var header = request.body().headers().getOrDefault(PaymentsWebhooks.SIGNATURE, "");
        return providers.secrets(read.call(), request.provider()).map(secrets -> {
            if (!SignedPayload.holds(
                    secrets, header, request.body().text(), clock.instant(), settings.webhookTolerance())) {
                throw Problem.of(Refusal.SIGNATURE_INVALID, "No secret of ours made this signature, or it is too old.");
            }
            return parsed(request.body().text());
        });
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.tolerant().readTree(text);
        } catch (JsonProcessingException e) {
            throw Problem.of(Problems.MALFORMED_REQUEST, "The body is not JSON.");
        }
    }

    Future<Nothing> receive(Work work, ReceiveWebhook request, JsonNode event) {
        var object = event.path("data").path("object");
        var id = word(event.path("id"));
        if (id == null) {
            return Future.failedFuture(Problem.of(Problems.MALFORMED_REQUEST, "The event has no id."));
        }
        var related = object.path("payment_intent");
        var type = word(event.path("type"));
        var about = word(object.path("id"));
        return InboxStore.insert(
                        work,
                        request.provider(),
                        id,
                        type == null ? "" : type,
                        about == null ? "" : about,
                        word(related.isObject() ? related.path("id") : related))
                .map(Nothing.NOTHING);
    }

    private static @Nullable String word(JsonNode value) {
        var text = value.asText("");
        return text.isEmpty() || text.length() > WORD_MAX ? null : text;
    }

    /** Everything that is due; a job. */
    Future<Void> run(Run run) {
        return run(run, ROUNDS_MAX);
    }

    private Future<Void> run(Run run, int rounds) {
        return run.inWork(work -> InboxStore.due(work, work.now(), AT_ONCE)).compose(due -> Future.join(
                        due.stream().map(told -> look(run, told)).toList())
                .compose(
                        done -> due.size() < AT_ONCE || rounds == 0 ? Future.succeededFuture() : run(run, rounds - 1)));
    }

    private Future<Void> look(Run run, Told told) {
        return providers
                .named(told.webhook().provider())
                .map(provider -> look(run, provider, told))
                .orElseGet(() -> Future.succeededFuture(false))
                .compose(ours -> note(run, told, ours ? WebhookStatus.DONE : WebhookStatus.IGNORED, null))
                .recover(failure -> failed(run, told, failure));
    }

    private Future<Boolean> look(Run run, Provider provider, Told told) {
        var call = run.call();
        var object = told.webhook().object();
        var type = told.webhook().type();
        if (type.startsWith("checkout.session.")) {
            return provider.session(call, object)
                    .compose(session -> SetUp.is(session)
                            ? run.inWork(work -> Methods.note(work, provider, SetUp.of(session)))
                                    .map(Optional::isPresent)
                            : apply(run, provider, Seen.ofSession(session), Inbox::nothing));
        }
        if (type.startsWith("payment_intent.")) {
            return about(run, provider, object, Inbox::nothing);
        }
        if (type.startsWith("charge.dispute.")) {
            return provider.dispute(call, object)
                    .compose(seen ->
                            about(run, provider, seen.intent(), (work, paid) -> Settlement.dispute(work, paid, seen)));
        }
        if (type.startsWith("refund.") || type.startsWith("charge.refund.")) {
            return provider.refund(call, object)
                    .compose(seen ->
                            about(run, provider, seen.intent(), (work, paid) -> Settlement.refund(work, paid, seen)));
        }
        return type.startsWith("charge.") ? charge(run, provider, call, told.related()) : Future.succeededFuture(false);
    }

    private Future<Boolean> charge(Run run, Provider provider, Call call, @Nullable String intent) {
        return intent == null
                ? Future.succeededFuture(false)
                : provider.refunds(call, intent)
                        .compose(refunds -> about(run, provider, intent, (work, paid) -> refunds(work, paid, refunds)));
    }

    private static Future<?> refunds(Work work, Stored paid, List<Seen.Refunded> refunds) {
        Future<?> all = Future.succeededFuture();
        for (var refund : refunds) {
            all = all.compose(before -> PaymentStore.find(work, paid.orgId(), paid.id()))
                    .compose(now -> Settlement.refund(work, now.orElse(paid), refund));
        }
        return all;
    }

    /** The payment comes first: what follows from it cannot be noted before it. */
    private static Future<Boolean> about(
            Run run, Provider provider, @Nullable String intent, BiFunction<Work, Stored, Future<?>> then) {
        return intent == null
                ? Future.succeededFuture(false)
                : provider.payment(run.call(), intent).compose(seen -> apply(run, provider, seen, then));
    }

    private static Future<Boolean> apply(
            Run run, Provider provider, Seen seen, BiFunction<Work, Stored, Future<?>> then) {
        return run.inWork(work -> lock(work, provider, seen).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(false);
            }
            return Settlement.payment(work, found.get(), seen)
                    .compose(paid -> then.apply(work, paid))
                    .map(true);
        }));
    }

    private static Future<?> nothing(Work work, Stored paid) {
        return Future.succeededFuture();
    }

    /** By our own id where the provider carries it, otherwise by what the provider calls it. */
    private static Future<Optional<Stored>> lock(Work work, Provider provider, Seen seen) {
        var ref = seen.session() == null ? seen.intent() : seen.session();
        return seen.orgId() == null || seen.paymentId() == null
                ? PaymentStore.lockRef(work, provider.name(), ref == null ? "" : ref)
                : PaymentStore.lock(work, seen.orgId(), seen.paymentId())
                        .map(found -> found.filter(one -> one.provider().equals(provider.name())));
    }

    private static Future<Void> note(Run run, Told told, WebhookStatus status, @Nullable String failure) {
        return run.inWork(work -> InboxStore.note(
                        work, told.webhook().id(), status, told.webhook().failures(), failure, null))
                .mapEmpty();
    }

    private static Future<Void> failed(Run run, Told told, Throwable failure) {
        int failures = told.webhook().failures() + 1;
        boolean stuck = failures >= FAILURES_MAX;
        LOG.warn("Webhook {} waits, failure {}: {}", told.webhook().eventId(), failures, failure.getMessage());
        return run.inWork(work -> InboxStore.note(
                        work,
                        told.webhook().id(),
                        stuck ? WebhookStatus.STUCK : WebhookStatus.WAITING,
                        failures,
                        String.valueOf(failure.getMessage()),
                        stuck ? null : work.now().plus(BACKOFF.after(failures))))
                .mapEmpty();
    }

    /** What was looked up long ago is forgotten; a job. */
    Future<Integer> forget(Run run) {
        return run.drain(
                FORGOTTEN_AT_ONCE,
                work -> InboxStore.forget(work, work.now().minus(settings.webhookRetention()), FORGOTTEN_AT_ONCE));
    }

    Future<Page<ReceivedWebhook>> list(Read read, ListWebhooks request) {
        int limit = Page.limit(request.limit());
        return InboxStore.list(read, Cursor.parse(request.after(), Cursor.last()), limit + 1, request.status())
                .map(all -> Page.of(all, limit, one -> Cursor.of(one.id()).text()));
    }

    Future<ReceivedWebhook> retry(Work work, RetryWebhook request) {
        return InboxStore.retry(work, request.webhookId());
    }
}
