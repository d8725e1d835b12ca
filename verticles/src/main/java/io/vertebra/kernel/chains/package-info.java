/**
 * Hash chains over rows that are only ever appended: sealed in the order of writing, off the path of the requests that
 * wrote them, and stated in signed checkpoints inside and outside the database.
 */
@NullMarked
package io.vertebra.kernel.chains;

import org.jspecify.annotations.NullMarked;
