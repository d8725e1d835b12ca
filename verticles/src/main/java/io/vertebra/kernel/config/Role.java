package io.vertebra.kernel.config;

import java.util.Set;
import java.util.function.Predicate;

/** What a node does with the verticles that it carries: the words of {@code app.roles}. */
public enum Role {
    /** Everything. */
    ALL,
    /** Opens the doors: REST and sockets. */
    EDGE,
    /** Answers what domains are asked. */
    CORE,
    /** Runs the readers of the event log and the jobs. */
    WORKER,
    /** Runs the jobs alone. */
    CRON,
    /** Runs the readers of the event log alone. */
    EVENTS;

    /** Whether the doors are opened. */
    public boolean opensDoors() {
        return this == ALL || this == EDGE;
    }

    /** Whether domains answer. */
    public boolean answers() {
        return this == ALL || this == CORE;
    }

    /** Whether readers run. */
    public boolean reads() {
        return this == ALL || this == WORKER || this == EVENTS;
    }

    /** Whether jobs run. */
    public boolean runsJobs() {
        return this == ALL || this == WORKER || this == CRON;
    }

    /** Whether domains are opened at all. */
    public boolean needsDomains() {
        return answers() || reads() || runsJobs();
    }

    /** Whether one of these roles does it. */
    public static boolean any(Set<Role> roles, Predicate<Role> does) {
        return roles.stream().anyMatch(does);
    }
}
