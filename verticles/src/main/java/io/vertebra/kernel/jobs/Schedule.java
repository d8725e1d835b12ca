package io.vertebra.kernel.jobs;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * When a job runs.
 *
 * @param cron a UNIX cron expression of five fields; empty for a plain period
 * @param zone the time zone of the expression
 * @param period the pause between the end of one run and the start of the next; zero for cron
 */
public record Schedule(String cron, ZoneId zone, Duration period) {
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
}
