/** Tests of the domain. */
@NullMarked
package io.vertebra.access;

import org.jspecify.annotations.NullMarked;
