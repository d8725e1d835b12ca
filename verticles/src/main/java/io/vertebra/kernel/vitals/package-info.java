/** How each node is and what it does: sampled by each, told to all over the bus, only the newest kept. */
@NullMarked
package io.vertebra.kernel.vitals;

import org.jspecify.annotations.NullMarked;
