/** Tests of hash chains, without a server. */
@NullMarked
package io.vertebra.kernel.chains;

import org.jspecify.annotations.NullMarked;
