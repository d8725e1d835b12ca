/**
 * The append-only, tamper-evident record of every change and every refused attempt.
 *
 * <p>Owns: audit records (written by the kernel through {@code audit.append} in the transaction of the change), their
 * seals, the signed checkpoints and the keys that sign them. Does not own: what is recorded, which follows from the
 * operations; how long it is kept.
 *
 * <p>Asks nobody. Tells nothing: a record of a record would never end.
 *
 * <p>Guarantees: every committed record is sealed within seconds, in the order of writing, densely per chain; a record
 * that is changed, removed, reordered or cut off is found by anybody who holds an export and a checkpoint. Not
 * guaranteed: a record that is removed before it was sealed, or before a checkpoint left the database, leaves no trace;
 * the unsealed window is shown with each chain.
 */
@NullMarked
package io.vertebra.audit;

import org.jspecify.annotations.NullMarked;
