/**
 * Companies (orgs): their members, invitations and projects.
 *
 * <p>Owns: orgs, memberships with their role, invitations, projects. Does not own: people, whose names and addresses it
 * asks of {@code accounts}; what a role may do, which {@code access} says; audit records, which outlive the org.
 *
 * <p>Asks {@code Accounts.FindPeople}. Tells {@code Orgs.OrgCreated}, {@code OrgChanged}, {@code OrgDeleted},
 * {@code MemberJoined}, {@code MemberChanged}, {@code MemberLeft}, {@code MemberInvited}, {@code InvitationRevoked},
 * {@code ProjectCreated}, {@code ProjectChanged}, {@code ProjectDeleted}.
 *
 * <p>Guarantees: an org always has an owner, also when two leave at once; only owners make owners; a membership that
 * changed holds on the next request of every node; an invitation's token works once and is stored as a hash only.
 */
@NullMarked
package io.vertebra.orgs;

import org.jspecify.annotations.NullMarked;
