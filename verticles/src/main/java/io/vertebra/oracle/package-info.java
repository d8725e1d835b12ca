/**
 * The control plane of operators: what works by itself, what is stuck and why, and what a person may do about it.
 *
 * <p>Owns: nothing that is stored; it shows and changes, in its own audited transactions, what the kernel keeps of
 * readers, dead letters, jobs and errors. Does not own: what readers and jobs do, which their domains say; policy
 * values and rights, which are access's.
 *
 * <p>Asks nobody. Tells that a dead letter was retried or discarded, that a reader was retired, that a job was asked
 * for, that a group of errors was resolved.
 *
 * <p>Guarantees: what a person asks for is committed with its audit record and done by a node that runs the reader or
 * the job, also when it is not this one and also after a crash. Every operation needs a permission on the platform.
 */
@NullMarked
package io.vertebra.oracle;

import org.jspecify.annotations.NullMarked;
