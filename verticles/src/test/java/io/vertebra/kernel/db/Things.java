package io.vertebra.kernel.db;

import io.vertebra.bus.Event;
import io.vertebra.bus.Key;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Post;
import io.vertebra.bus.Request;
import java.util.UUID;

/** A contract for the tests of the database. */
public sealed interface Things<R> extends Request<R> {
    /** Makes a thing. */
    @Post("/v1/orgs/{orgId}/things")
    @Needs("things.things.write")
    record MakeThing(UUID orgId, String name) implements Things<Thing> {}

    /** A thing. */
    record Thing(UUID id, String name) {}

    /** A thing was made. */
    @Needs("things.things.read")
    record ThingMade(UUID orgId, @Key UUID thingId) implements Event {}
}
