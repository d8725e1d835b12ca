/**
 * Money that moves through payment providers.
 *
 * <p>Owns: payments, payment methods on file, refunds, disputes, what providers told, what followed from it in the
 * ledger, and where the provider's books and ours differ. Does not own: what is owed and why, which is billing's;
 * balances, which stand in the ledger; what happened to the money at the provider, which is looked up there each time.
 *
 * <p>Asks billing what is due and to reserve what a refund takes. Follows {@code Billing.PaymentNeeded} and
 * {@code RefundUncovered}. Tells what stands in the contract {@code Payments}.
 *
 * <p>Guarantees: whatever order, number and time webhooks come in, each thing that happened at a provider is posted
 * once; a state never goes back; refunds of a payment never exceed what was received; a request whose answer was lost
 * is resolved by asking the provider; nothing waits in memory, so each step goes on after any crash.
 */
@NullMarked
package io.vertebra.payments;

import org.jspecify.annotations.NullMarked;
