/**
 * The event log as its readers see it.
 *
 * <p>Owns: nothing; the log belongs to the kernel. Does not own: the events, which the domains tell; the live doors,
 * which read the same log.
 *
 * <p>Asks {@code Access.ResolveRights}, so that a caller sees only events whose permission it holds.
 *
 * <p>Guarantees: pages follow the order of the log with no gap, also while others write; a cursor stays good as long as
 * events are kept.
 */
@NullMarked
package io.vertebra.events;

import org.jspecify.annotations.NullMarked;
