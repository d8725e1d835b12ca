/**
 * Who may do what where.
 *
 * <p>Owns: the catalogue of permissions (the set of those that the contracts name), the built-in roles as bundles of
 * permissions, and policy values with their levels: default, global, plan, org. Does not own: memberships, which
 * {@code orgs} keeps; the check itself, which the doors and the bus make from what is resolved here.
 *
 * <p>Asks {@code Orgs.FindMembership}. Follows {@code Billing.EntitlementsChanged}. Tells {@code Access.PolicyChanged}.
 *
 * <p>Guarantees: a right or a policy value that changed holds on the next request of every node, since the change and
 * the epoch of what it touches commit together. A permission that no rule of a role decides is refused.
 */
@NullMarked
package io.vertebra.access;

import org.jspecify.annotations.NullMarked;
