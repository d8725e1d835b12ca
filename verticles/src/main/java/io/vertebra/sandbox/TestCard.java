package io.vertebra.sandbox;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cards of the sandbox: Stripe's numbers where Stripe has one that does the same. */
enum TestCard {
    SUCCEEDS("4242424242424242", "Pays", null, null),
    DECLINED("4000000000000002", "Is declined", "generic_decline", "generic_decline"),
    INSUFFICIENT_FUNDS("4000000000009995", "Has no funds", "insufficient_funds", "insufficient_funds"),
    NEEDS_ACTION("4000002760003184", "Asks for the owner each time", null, "authentication_required"),
    FAILS_LATER("4000000000000341", "Pays now, but not later without its owner", null, "generic_decline"),
    DISPUTED("4000000000000259", "Pays, and is disputed", null, null),
    REFUND_PENDING("4000000000007726", "Pays; refunds take a moment", null, null),
    REFUND_FAILS("4000000000005126", "Pays; refunds fail after a moment", null, null),
    REFUND_UNANSWERED("4000000000005408", "Pays; refunds are done, but the answer is lost", null, null);

    private final String number;
    private final String meaning;
    private final @Nullable String decline;
    private final @Nullable String declineLater;

    TestCard(String number, String meaning, @Nullable String decline, @Nullable String declineLater) {
        this.number = number;
        this.meaning = meaning;
        this.decline = decline;
        this.declineLater = declineLater;
    }

    static Optional<TestCard> of(String number) {
        var digits = number.replaceAll("[ -]", "");
        return Arrays.stream(values())
                .filter(card -> card.number.equals(digits))
                .findFirst();
    }

    String number() {
        return number;
    }

    String meaning() {
        return meaning;
    }

    String lastFour() {
        return number.substring(number.length() - 4);
    }

    /** Why it is declined; null when it pays. */
    @Nullable
    String decline(boolean ownerPresent) {
        return ownerPresent ? decline : declineLater;
    }
}
