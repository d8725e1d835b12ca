/** Tests of the domain. */
@NullMarked
package io.vertebra.oracle;

import org.jspecify.annotations.NullMarked;
