/**
 * What every message between verticles is made of: requests, events, callers, problems and pages.
 *
 * <p>Knows no verticle and no domain. A contract (package {@code io.vertebra.contract}) is written with these types.
 */
@NullMarked
package io.vertebra.bus;

import org.jspecify.annotations.NullMarked;
