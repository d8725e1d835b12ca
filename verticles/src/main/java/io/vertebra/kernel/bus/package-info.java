/** Asking over the clustered event bus: envelopes, seals, consumers. */
@NullMarked
package io.vertebra.kernel.bus;

import org.jspecify.annotations.NullMarked;
