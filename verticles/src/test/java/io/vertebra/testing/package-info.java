/** What tests stand on: embedded servers, fresh databases, a whole platform. */
@NullMarked
package io.vertebra.testing;

import org.jspecify.annotations.NullMarked;
