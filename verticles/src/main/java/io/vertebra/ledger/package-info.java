/**
 * The double-entry ledger: reading it, proving it and correcting it by hand.
 *
 * <p>Owns: the books of all orgs (accounts, transactions, entries, snapshots), their seals and test clocks. Does not
 * own: why something is posted. Postings are written by the functions of this schema inside the transaction of their
 * cause, by every domain that moves money (see {@code kernel.ledger} and docs/adr/0013-ledger-in-the-transaction.md).
 *
 * <p>Asks nobody. Tells nothing of its own: whoever posts tells why.
 *
 * <p>Guarantees: each transaction balances in each currency; what stands is never changed or removed, by no role and
 * not by the owner of the tables; an account that may not go below zero does not, reservations counted; a posting with
 * one id happens once; a balance is the sum of entries, and reading it costs the same however many there are; what a
 * superuser changes is found and named once it was sealed, which happens within seconds.
 */
@NullMarked
package io.vertebra.ledger;

import org.jspecify.annotations.NullMarked;
