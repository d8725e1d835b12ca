package io.vertebra.kernel.jobs;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/**
 * When a job runs.
 *
 * @param cron a UNIX cron expression of five fields; empty for a plain period
 * @param zone the time zone of the expression
 * @param period the pause between the end of one run and the start of the next; zero for cron
 */
public record Schedule(String cron, ZoneId zone, Duration period) {
    /** Checks the expression. */
    public Schedule {
        if (!cron.isEmpty()) {
            parser().parse(cron).validate();
        }
    }

    /** By a UNIX cron expression, in UTC. */
    public static Schedule cron(String expression) {
        return cron(expression, ZoneOffset.UTC);
    }

    /** By a UNIX cron expression in a time zone. */
    public static Schedule cron(String expression, ZoneId zone) {
        return new Schedule(expression, zone, Duration.ZERO);
    }

    /** Again and again with this pause; for work that must be done within seconds. */
    public static Schedule each(Duration pause) {
        return new Schedule("", ZoneOffset.UTC, pause);
    }

    /** Only when it is submitted: {@code SELECT jobs.submit(name, handler, arguments, at)} within a {@code Work}. */
    public static Schedule onDemand() {
        return new Schedule("", ZoneOffset.UTC, Duration.ZERO);
    }

    /** When it is due next, after a time; empty when it is not due by itself. */
    public Optional<Instant> next(Instant after) {
        if (!period.isZero()) {
            return Optional.of(after.plus(period));
        }
        if (cron.isEmpty()) {
            return Optional.empty();
        }
        var execution = ExecutionTime.forCron(parser().parse(cron));
        var regular = execution.nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
        var leftOut = leftOut(execution, after);
        return regular.isPresent() && leftOut.isPresent() && regular.get().isBefore(leftOut.get())
                ? regular
                : leftOut.or(() -> regular);
    }

    /** A time that the clock leaves out when it is put forward is due at that moment, rather than a day later. */
    private Optional<Instant> leftOut(ExecutionTime execution, Instant after) {
        var local = after.atZone(zone).toLocalDateTime().atZone(ZoneOffset.UTC);
        return execution
                .nextExecution(local)
                .map(next -> zone.getRules().getTransition(next.toLocalDateTime()))
                .filter(ZoneOffsetTransition::isGap)
                .map(ZoneOffsetTransition::getInstant);
    }

    /** When it is due first: a period starts at once. */
    Optional<Instant> first(Instant now) {
        return period.isZero() ? next(now) : Optional.of(now);
    }

    @Override
    public String toString() {
        return !cron.isEmpty() ? cron + " " + zone : period.isZero() ? "on demand" : "each " + period;
    }

    private static CronParser parser() {
        return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    }
}
