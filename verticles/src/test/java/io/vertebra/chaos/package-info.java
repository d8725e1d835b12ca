/** What is promised when processes are killed, shown with real processes. */
@NullMarked
package io.vertebra.chaos;

import org.jspecify.annotations.NullMarked;
