package io.vertebra.audit;

import java.time.Duration;

/**
 * Section {@code audit}.
 *
 * @param sealPause how long the sealer rests between two runs
 * @param checkpointPause how long passes between two checkpoints of a chain
 * @param checkpointFile the file outside the database that checkpoints are appended to
 */
record AuditSettings(Duration sealPause, Duration checkpointPause, String checkpointFile) {}
