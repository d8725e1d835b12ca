/** Tests of the domain. */
@NullMarked
package io.vertebra.audit;

import org.jspecify.annotations.NullMarked;
