/** Tests of the chain of audit records, without a server. */
@NullMarked
package io.vertebra.kernel.audit;

import org.jspecify.annotations.NullMarked;
