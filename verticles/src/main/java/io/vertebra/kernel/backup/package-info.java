/** Backups of the database: taken while it runs, checked before anybody relies on them, removed when they are old. */
@NullMarked
package io.vertebra.kernel.backup;

import org.jspecify.annotations.NullMarked;
