/** Configuration: files by environment, variables, secrets, bound to records and validated at start. */
@NullMarked
package io.vertebra.kernel.config;

import org.jspecify.annotations.NullMarked;
