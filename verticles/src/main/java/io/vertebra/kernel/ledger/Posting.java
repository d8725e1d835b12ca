package io.vertebra.kernel.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be posted.
 *
 * @param id made by whoever posts, from what causes it: posting the same again answers the same and posts nothing
 * @param code why, {@code invoice.issued}
 * @param cause what made it, {@code invoice:0193…}
 * @param at from when on it counts; null is now, on the org's clock
 * @param legs in each currency they add up to nothing
 */
public record Posting(
        UUID id,
        String code,
        String cause,
        @Nullable String description,
        @Nullable Instant at,
        List<Leg> legs) {

    /** Keeps the legs as they are. */
    public Posting {
        legs = List.copyOf(legs);
    }

    /** A posting of now. */
    public static Posting of(UUID id, String code, String cause, List<Leg> legs) {
        return new Posting(id, code, cause, null, null, legs);
    }

    /** The same with one leg more. */
    public Posting with(Leg leg) {
        var all = new ArrayList<>(legs);
        all.add(leg);
        return new Posting(id, code, cause, description, at, all);
    }
}
