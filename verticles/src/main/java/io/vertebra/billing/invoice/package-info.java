/**
 * What an invoice follows from: what prices make of quantities, tax, what is done when it is not paid, and how it
 * reads. Pure: no SQL, no clock, no Vert.x.
 */
@NullMarked
package io.vertebra.billing.invoice;

import org.jspecify.annotations.NullMarked;
