/** Tests of backups. */
@NullMarked
package io.vertebra.kernel.backup;

import org.jspecify.annotations.NullMarked;
