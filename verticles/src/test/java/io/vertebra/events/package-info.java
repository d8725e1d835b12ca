/** Tests of the domain. */
@NullMarked
package io.vertebra.events;

import org.jspecify.annotations.NullMarked;
