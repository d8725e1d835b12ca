/** What {@code ./vertebra bench} runs: the bare Vert.x baseline, the load and the comparison. */
@NullMarked
package io.vertebra.bench;

import org.jspecify.annotations.NullMarked;
