/**
 * The way of every domain that moves money to the book of an org: a posting is written by the functions of the schema
 * {@code ledger} inside the transaction of its cause, and commits with it or not at all.
 */
@NullMarked
package io.vertebra.kernel.ledger;

import org.jspecify.annotations.NullMarked;
