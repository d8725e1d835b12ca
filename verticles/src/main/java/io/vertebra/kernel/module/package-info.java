/** Finds the domains, resolves what they need, and wires and starts them in order. */
@NullMarked
package io.vertebra.kernel.module;

import org.jspecify.annotations.NullMarked;
