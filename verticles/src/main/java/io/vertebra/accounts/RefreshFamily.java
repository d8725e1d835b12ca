package io.vertebra.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The refresh tokens of one session as a state machine (docs/tokens.md). Pure: the clock is a parameter. Exactly one
 * token is active; it is never kept, only its place.
 *
 * @param generation the active token's generation; grows by one with each rotation
 * @param branch the active token's branch: 0, or 1 when it was issued again after its parent's answer was lost
 * @param parentBranch the branch of the generation before that was rotated
 * @param branchedAt when the active token was issued
 * @param rotations what was given up within the last grace window, the oldest first
 */
record RefreshFamily(int generation, int branch, int parentBranch, Instant branchedAt, List<Rotation> rotations) {
    /** How often a token may be issued again when its parent comes back late. */
    static final int REISSUES_MAX = 1;

    /** How many rotations one grace window may hold; more is no honest client. */
    static final int ROTATIONS_MAX = 8;

    /** A place in the family; a token is a sealed place. */
    record Place(int generation, int branch) {}

    /** A token that was given up for another one. */
    record Rotation(Place place, Instant at) {}

    /** What presenting a token comes to. */
    enum Outcome {
        /** The active token was used up; its successor is active. */
        ROTATED,
        /** A token that was used up a moment ago: the active one is handed out again. */
        REPLAYED,
        /** The parent of a token that nobody ever used: a sibling takes its place. */
        REISSUED,
        /** A token that was used up came again: somebody has a copy. */
        REUSED,
        /** The client rotates without pause; nothing changes. */
        TOO_FAST,
        /** The token is of a later state than this one, as after a restored backup; nothing changes. */
        UNKNOWN
    }

    /** What presenting a token comes to, and the family afterwards. */
    record Step(Outcome outcome, RefreshFamily next) {}

    /** The family of a new session. */
    static RefreshFamily begun(Instant now) {
        return new RefreshFamily(1, 0, 0, now, List.of());
    }

    /** The place of the active token. */
    Place active() {
        return new Place(generation, branch);
    }

    /** Decides about a presented token. */
    Step present(Place presented, Instant now, Duration grace) {
        if (presented.equals(active())) {
            return rotate(now, grace);
        }
        if (isAhead(presented)) {
            return new Step(Outcome.UNKNOWN, this);
        }
        boolean superseded = presented.generation() == generation;
        boolean parent = presented.equals(new Place(generation - 1, parentBranch));
        if ((superseded || parent) && isWithin(grace, branchedAt, now) || wasRotatedWithin(grace, presented, now)) {
            return new Step(Outcome.REPLAYED, this);
        }
        if (parent && branch < REISSUES_MAX) {
            return reissue(presented, now);
        }
        return new Step(Outcome.REUSED, this);
    }

    private Step rotate(Instant now, Duration grace) {
        var recent = new ArrayList<Rotation>();
        rotations.stream().filter(past -> isWithin(grace, past.at(), now)).forEach(recent::add);
        if (recent.size() >= ROTATIONS_MAX) {
            return new Step(Outcome.TOO_FAST, this);
        }
        recent.add(new Rotation(active(), now));
        return new Step(Outcome.ROTATED, new RefreshFamily(generation + 1, 0, branch, now, List.copyOf(recent)));
    }

    /** Other tabs may present the parent too, or the token that was lost, when the sibling has been used by then. */
    private Step reissue(Place parent, Instant now) {
        var replaced = List.of(new Rotation(parent, now), new Rotation(active(), now));
        return new Step(Outcome.REISSUED, new RefreshFamily(generation, branch + 1, parentBranch, now, replaced));
    }

    private boolean isAhead(Place presented) {
        return presented.generation() > generation
                || presented.generation() == generation && presented.branch() > branch;
    }

    private boolean wasRotatedWithin(Duration grace, Place presented, Instant now) {
        return rotations.stream().anyMatch(past -> past.place().equals(presented) && isWithin(grace, past.at(), now));
    }

    /** A clock that is behind makes the time that passed negative; that counts as none. */
    private static boolean isWithin(Duration grace, Instant then, Instant now) {
        return Duration.between(then, now).compareTo(grace) <= 0;
    }
}
