/**
 * A payment provider of play money, built in so that the whole way of a payment runs offline.
 *
 * <p>Owns: its own customers, checkouts, payment intents, refunds, disputes and balance, in the form of Stripe's
 * objects; the page on which a payer pays; signed webhooks and their delivery over HTTP. Does not own: anything of the
 * platform. It knows orgs and payments only as text in metadata, and whoever asks it must not rely on more than Stripe
 * promises.
 *
 * <p>Asks nobody, follows nothing, tells nothing but its webhooks. Serves only where {@code sandbox.enabled} says so.
 */
@NullMarked
package io.vertebra.sandbox;

import org.jspecify.annotations.NullMarked;
