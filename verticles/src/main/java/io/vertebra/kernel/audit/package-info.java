/**
 * The chain of audit records as pure code: their canonical content, exports, and the verification of chains and signed
 * checkpoints. Needs no server, so that an auditor can verify an export on a machine of their own.
 */
@NullMarked
package io.vertebra.kernel.audit;

import org.jspecify.annotations.NullMarked;
