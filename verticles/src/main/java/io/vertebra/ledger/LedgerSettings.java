package io.vertebra.ledger;

import java.time.Duration;

/**
 * Section {@code ledger}.
 *
 * @param checkpointPause how long passes between two checkpoints of a book
 * @param checkpointFile the file outside the database that checkpoints are appended to
 */
record LedgerSettings(Duration checkpointPause, String checkpointFile) {}
