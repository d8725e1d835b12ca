package io.vertebra.bus;

/** In which scope the permission of an operation must hold; read from its path. */
public enum Scope {
    /** In none: the operation needs no permission, or is the platform's own. */
    NONE,
    /** In the org that {@code {orgId}} names. */
    ORG,
    /** On the platform: the path begins with {@code /v1/admin/}. */
    PLATFORM
}
