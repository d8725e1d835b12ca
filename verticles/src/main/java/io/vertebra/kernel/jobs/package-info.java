/** Work by the clock: one node at a time, fenced, retried, visible. */
@NullMarked
package io.vertebra.kernel.jobs;

import org.jspecify.annotations.NullMarked;
