package io.vertebra.kernel.bus;

import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Post;
import io.vertebra.bus.Public;
import io.vertebra.bus.Request;
import io.vertebra.bus.SignedIn;
import java.util.UUID;

/** A contract for tests of the bus. */
public sealed interface Things<R> extends Request<R> {
    /** Reads. */
    @Get("/v1/things/{name}")
    @Public
    record Look(String name) implements Things<Thing> {}

    /** Changes. */
    @Post("/v1/things")
    @SignedIn
    record Make(String name) implements Things<Thing> {}

    /** Changes within an org. */
    @Post("/v1/orgs/{orgId}/things")
    @Needs("things.things.write")
    record MakeIn(UUID orgId, String name) implements Things<Nothing> {}

    /** Changes anywhere. */
    @Post("/v1/admin/things")
    @Needs("things.all.admin")
    record MakeAnywhere() implements Things<Nothing> {}

    /** Only inside. */
    @Internal
    @Needs("things.inside.read")
    record Peek(String name) implements Things<Thing> {}

    /** An answer. */
    record Thing(String name, String node) {}
}
