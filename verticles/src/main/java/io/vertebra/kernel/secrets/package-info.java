/** Keys derived from the one master secret, and what they seal. */
@NullMarked
package io.vertebra.kernel.secrets;

import org.jspecify.annotations.NullMarked;
