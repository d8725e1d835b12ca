/**
 * What is sold, used, charged and paid in advance.
 *
 * <p>Owns: the catalogue (products, plans in versions, meters), subscriptions, usage events, invoices and credit notes,
 * grants and holds of credits, dunning, and what falls due. Does not own: balances, which stand in the ledger and are
 * posted in the transaction of their cause; money at a provider, which is payments'; what is released when credits run
 * out, which the owners of resources do when they see {@code ReleaseNeeded}.
 *
 * <p>Asks nobody. Follows {@code Payments.PaymentSucceeded}, {@code PaymentFailed}, {@code RefundSucceeded},
 * {@code RefundFailed} and {@code RefundCredited}, and {@code Orgs.OrgDeleted}. Tells what stands at the end of the
 * contract {@code Billing}.
 *
 * <p>Guarantees: a finalised invoice never changes, and its number has no gap before it; the lines of an invoice add up
 * to what was posted and say what made them; a usage event counts once; what arrives late is charged once; a workflow
 * (periods, dunning, running out of credits) goes on after any crash, since each step and the next are one transaction;
 * the state of dunning follows from failures, clock and policy alone.
 */
@NullMarked
package io.vertebra.billing;

import org.jspecify.annotations.NullMarked;
