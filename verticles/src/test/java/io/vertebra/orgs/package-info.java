/** Tests of the domain. */
@NullMarked
package io.vertebra.orgs;

import org.jspecify.annotations.NullMarked;
