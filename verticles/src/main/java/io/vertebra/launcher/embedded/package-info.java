/** PostgreSQL and Redis from embedded binaries, for dev and tests; never for production. */
@NullMarked
package io.vertebra.launcher.embedded;

import org.jspecify.annotations.NullMarked;
