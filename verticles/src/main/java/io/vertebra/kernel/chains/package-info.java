/**
 * Hash chains over rows that are only ever appended: sealed in the order of writing, off the path of the requests that
 * wrote them.
 */
@NullMarked
package io.vertebra.kernel.chains;

import org.jspecify.annotations.NullMarked;
