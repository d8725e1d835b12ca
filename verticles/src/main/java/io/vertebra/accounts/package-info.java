/**
 * Accounts: people, how they prove who they are, and their sessions.
 *
 * <p>Owns people, passwords, sessions and their refresh families, mailed tokens, profile and settings, and the keys
 * that sign access tokens. Does not own what a person may do (access) or what they belong to (orgs).
 *
 * <p>Events out: {@code PersonRegistered}, {@code EmailVerified}, {@code PasswordChanged}, {@code SessionStarted},
 * {@code SessionEnded}. Events in: none.
 *
 * <p>Guarantees: nobody learns whether an address is registered; a mail is queued in the transaction that it tells of;
 * an ended session is refused on the next request of every node; a refresh token that comes again late ends its session
 * and only it (docs/tokens.md).
 */
@NullMarked
package io.vertebra.accounts;

import org.jspecify.annotations.NullMarked;
