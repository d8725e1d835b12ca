package io.vertebra.bus;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and what the door granted for this one operation.
 *
 * @param kind what kind of actor
 * @param id the principal: a person, a service account, or the stable id of a platform service; nil for nobody
 * @param service the name of the platform service, {@code service:orgs}; null for everyone else
 * @param sessionId the session that the token belongs to; null without one
 * @param grant the granted scope; null where none was needed or given
 */
public record Caller(
        ActorKind kind,
        UUID id,
        @Nullable String service,
        @Nullable UUID sessionId,
        @Nullable Grant grant) {

    /** The id of nobody (RFC 9562, nil UUID). */
    public static final UUID NOBODY = new UUID(0, 0);

    /** A caller that did not sign in. */
    public static final Caller ANONYMOUS = new Caller(ActorKind.ANONYMOUS, NOBODY, null, null, null);

    /** The platform service of this name, for example {@code accounts}. */
    public static Caller service(String domain) {
        var name = "service:" + domain;
        var id = UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return new Caller(ActorKind.SERVICE, id, name, null, null);
    }

    /** The same caller with this scope granted. */
    public Caller with(@Nullable Grant granted) {
        return new Caller(kind, id, service, sessionId, granted);
    }

    /** Whether somebody signed in. */
    public boolean signedIn() {
        return kind != ActorKind.ANONYMOUS;
    }

    /** The org that was granted; null without one. */
    public @Nullable UUID orgId() {
        return grant == null ? null : grant.orgId();
    }
}
