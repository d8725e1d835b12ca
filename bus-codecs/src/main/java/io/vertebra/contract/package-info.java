/**
 * What each domain can be asked and what it tells the world: one file per domain, its operations, answers and events.
 *
 * <p>Knows neither Vert.x nor SQL nor any domain's code.
 */
@NullMarked
package io.vertebra.contract;

import org.jspecify.annotations.NullMarked;
