/** PostgreSQL: pools, reads under row-level security, transactions in two flushes, migrations. */
@NullMarked
package io.vertebra.kernel.db;

import org.jspecify.annotations.NullMarked;
