/** The event log: append in the transaction, read up to the horizon with a cursor per lane. */
@NullMarked
package io.vertebra.kernel.events;

import org.jspecify.annotations.NullMarked;
