package io.vertebra.bus;

import org.jspecify.annotations.Nullable;

/**
 * Who may ask an operation.
 *
 * @param kind what is asked of the caller
 * @param permission the permission that must hold in the operation's scope; null unless the kind is {@code NEEDS}
 */
public record AccessRule(Kind kind, @Nullable String permission) {
    /** What is asked of the caller. */
    public enum Kind {
        /** A permission, see {@link Needs}. */
        NEEDS,
        /** A sign-in, see {@link SignedIn}. */
        SIGNED_IN,
        /** Nothing, see {@link Public}. */
        PUBLIC
    }
}
