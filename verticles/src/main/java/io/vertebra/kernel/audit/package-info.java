/**
 * The chain of audit records as pure code: canonical content, hashes, signed checkpoints, and the verification of all
 * of these. Needs no server, so that an auditor can verify an export on a machine of their own.
 */
@NullMarked
package io.vertebra.kernel.audit;

import org.jspecify.annotations.NullMarked;
