/** Redis: rate limits, epochs, tickets. */
@NullMarked
package io.vertebra.kernel.cache;

import org.jspecify.annotations.NullMarked;
