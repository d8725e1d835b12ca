package io.vertebra.bus;

/** What kind of actor a caller is. */
public enum ActorKind {
    /** A person. */
    USER,
    /** A person who acts as operator of the platform. */
    ADMIN,
    /** A program: a service account, or a domain of the platform itself. */
    SERVICE,
    /** Nobody who signed in. */
    ANONYMOUS
}
