package io.vertebra.billing;

import io.vertebra.billing.UsageStore.Point;
import io.vertebra.billing.invoice.Rating;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingCatalogue.Aggregation;
import io.vertebra.contract.BillingCatalogue.Meter;
import io.vertebra.contract.BillingUsage.CorrectUsage;
import io.vertebra.contract.BillingUsage.GetUsage;
import io.vertebra.contract.BillingUsage.RecordUsage;
import io.vertebra.contract.BillingUsage.RecordUsageBatch;
import io.vertebra.contract.BillingUsage.Step;
import io.vertebra.contract.BillingUsage.UsageEvent;
import io.vertebra.contract.BillingUsage.UsagePoint;
import io.vertebra.contract.BillingUsage.UsageReceipt;
import io.vertebra.contract.BillingUsage.UsageSeries;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Book;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Usage events, and the series that they make. */
final class UsageRecords {
    private static final Duration EARLY_MAX = Duration.ofHours(1);
    private static final Duration SERIES = Duration.ofDays(30);
    private static final int POINTS_MAX = 1_000;
    private static final BigDecimal QUANTITY_MAX = BigDecimal.valueOf(1_000_000_000_000L);

    private final Clock clock;

    UsageRecords(Clock clock) {
        this.clock = clock;
    }

    /** Takes back some of what was recorded. Who pays for it cannot. */
    Future<UsageReceipt> correct(Work work, CorrectUsage request) {
        var event = new UsageEvent(
                request.subscriptionId(),
                request.meter(),
                request.eventId(),
                request.quantity(),
                request.at(),
                request.subject(),
                request.voids());
        work.target("usageEvent:" + request.eventId());
        return work.platform().compose(beyond -> record(beyond, request.usageOrgId(), List.of(event), false));
    }

    Future<UsageReceipt> record(Work work, RecordUsage request) {
        var event = new UsageEvent(
                request.subscriptionId(),
                request.meter(),
                request.eventId(),
                request.quantity(),
                request.at(),
                request.subject(),
                request.voids());
        grows(event, "");
        return record(work, request.orgId(), List.of(event), false);
    }

    Future<UsageReceipt> recordBatch(Work work, RecordUsageBatch request) {
        for (int i = 0; i < request.events().size(); i++) {
            grows(request.events().get(i), "/events/" + i);
        }
        return record(work, request.orgId(), request.events(), true);
    }

    private static void grows(UsageEvent event, String pointer) {
        if (event.quantity().signum() < 0) {
            throw Problem.invalid(pointer + "/quantity", "must not be negative; an operator corrects usage");
        }
        if (event.voids() != null) {
            throw Problem.invalid(pointer + "/voids", "must not be given; an operator corrects usage");
        }
    }

    private static Future<UsageReceipt> record(Work work, UUID orgId, List<UsageEvent> events, boolean batch) {
        var subscriptions = events.stream().map(UsageEvent::subscriptionId).collect(Collectors.toSet());
        var meters = events.stream().map(UsageEvent::meter).collect(Collectors.toSet());
        return Future.all(
                        Book.time(work, orgId, work.now()),
                        SubscriptionStore.known(work, orgId, subscriptions),
                        CatalogueStore.findMeters(work, meters))
                .compose(known -> {
                    Instant now = known.resultAt(0);
                    var ended = known.<Map<UUID, Boolean>>resultAt(1);
                    var codes = known.<List<Meter>>resultAt(2).stream()
                            .map(Meter::code)
                            .collect(Collectors.toSet());
                    for (int i = 0; i < events.size(); i++) {
                        var at = batch ? "/events/" + i : "";
                        check(events.get(i), at, now, ended.get(events.get(i).subscriptionId()), codes);
                    }
                    return UsageStore.insert(work, orgId, events, now);
                })
                .map(accepted -> new UsageReceipt(accepted, events.size() - accepted));
    }

    private static void check(
            UsageEvent event, String pointer, Instant now, @Nullable Boolean ended, java.util.Set<String> meters) {
        if (ended == null) {
            throw Problem.invalid(pointer + "/subscriptionId", "is no subscription of this org");
        }
        if (ended) {
            throw Problem.of(Refusal.SUBSCRIPTION_ENDED, "Its last invoice was made; nobody would charge this usage.")
                    .at(pointer + "/subscriptionId", "has ended");
        }
        if (!meters.contains(event.meter())) {
            throw Problem.invalid(pointer + "/meter", "is no meter");
        }
        if (event.quantity().abs().compareTo(QUANTITY_MAX) > 0) {
            throw Problem.invalid(
                    pointer + "/quantity",
                    "must not be more than " + QUANTITY_MAX.toPlainString()
                            + "; count in a larger unit, on another meter");
        }
        var at = Objects.requireNonNullElse(event.at(), now);
        if (at.isBefore(now.minus(Closing.LATE_MAX)) || at.isAfter(now.plus(EARLY_MAX))) {
            throw Problem.of(Refusal.USAGE_OUT_OF_WINDOW, "The usage is of " + at + ".")
                    .at(pointer + "/at", "is outside of the time in which usage is taken");
        }
    }

    Future<UsageSeries> series(Read read, GetUsage request) {
        var step = Objects.requireNonNullElse(request.step(), Step.DAY);
        return Book.time(read, request.orgId(), clock.instant()).compose(now -> {
            var until = Objects.requireNonNullElse(request.until(), now);
            var from = start(Objects.requireNonNullElse(request.from(), until.minus(SERIES)), step);
            if (!from.isBefore(until)) {
                return Future.failedFuture(Problem.invalid("?until", "must be after from"));
            }
            return CatalogueStore.findMeters(read, List.of(request.meter()))
                    .map(found -> found.stream().findFirst().orElseThrow(() -> Problem.notFound("meter")))
                    .compose(meter -> series(read, request, meter, step, from, until));
        });
    }

    private static Future<UsageSeries> series(
            Read read, GetUsage request, Meter meter, Step step, Instant from, Instant until) {
        var orgId = request.orgId();
        var of = request.subscriptionId();
        return UsageStore.series(read, orgId, meter.code(), of, step, from, until)
                .compose(points -> UsageStore.total(read, orgId, meter.code(), of, from, until)
                        .map(total -> new UsageSeries(
                                meter.code(),
                                meter.unit(),
                                meter.aggregation(),
                                step,
                                filled(points, meter.aggregation(), step, from, until),
                                Rating.plain(total.by(meter.aggregation())))));
    }

    /** One point a step, also where nothing was used. */
    private static List<UsagePoint> filled(
            List<Point> points, Aggregation aggregation, Step step, Instant from, Instant until) {
        var known = points.stream().collect(Collectors.toMap(Point::at, Point::usage));
        var all = new ArrayList<UsagePoint>();
        for (var at = from; at.isBefore(until); at = next(at, step)) {
            if (all.size() == POINTS_MAX) {
                throw Problem.invalid("?step", "makes more than " + POINTS_MAX + " points; choose a longer one");
            }
            var usage = known.get(at);
            all.add(
                    usage == null
                            ? new UsagePoint(at, BigDecimal.ZERO, 0)
                            : new UsagePoint(at, Rating.plain(usage.by(aggregation)), usage.events()));
        }
        return all;
    }

    private static Instant start(Instant at, Step step) {
        return switch (step) {
            case HOUR -> at.truncatedTo(ChronoUnit.HOURS);
            case DAY -> at.truncatedTo(ChronoUnit.DAYS);
            case MONTH -> utc(at).truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).toInstant();
        };
    }

    private static Instant next(Instant at, Step step) {
        return switch (step) {
            case HOUR -> at.plus(1, ChronoUnit.HOURS);
            case DAY -> at.plus(1, ChronoUnit.DAYS);
            case MONTH -> utc(at).plusMonths(1).toInstant();
        };
    }

    private static ZonedDateTime utc(Instant at) {
        return at.atZone(ZoneOffset.UTC);
    }
}
