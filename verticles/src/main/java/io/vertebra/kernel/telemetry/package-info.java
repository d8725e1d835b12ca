/** Logs, metrics and traces, scrubbed in one place. */
@NullMarked
package io.vertebra.kernel.telemetry;

import org.jspecify.annotations.NullMarked;
