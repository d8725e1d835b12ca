package io.vertebra.contract;

import io.vertebra.bus.Problem;
import io.vertebra.bus.ProblemType;

/** What the ledger refuses, by whichever domain the posting was made. */
public enum LedgerRefusal implements ProblemType {
    LEDGER_INSUFFICIENT(
            409,
            "The balance does not suffice",
            "An account that may not go below zero would: less is available there than the posting takes."),
    LEDGER_ID_REUSED(
            409,
            "The transaction id stands for another posting",
            "The id is in the book with other legs. Ids are made by the client, a new one for each posting."),
    LEDGER_RESOLVED(
            409,
            "The transaction was resolved already",
            "A pending transaction is settled, voided or expires once, and a posted one is taken back once."),
    LEDGER_EXPIRED(409, "The reservation has expired", "It expired before it was settled; make a new one."),
    LEDGER_UNKNOWN_ACCOUNT(422, "There is no such account", "A leg names an account that is not in this book."),
    LEDGER_UNBALANCED(
            422, "The transaction does not balance", "In each currency the debits must be as much as the credits."),
    LEDGER_BACKDATED(
            422,
            "The time lies before the last entry",
            "An account that may not go below zero takes entries in the order of time only."),
    LEDGER_NOT_RESOLVABLE(
            422,
            "The transaction cannot be resolved like this",
            "Only a pending one is settled or voided, up to what it reserved; only a posted one is taken back.");

    private final About about;

    LedgerRefusal(int status, String title, String meaning) {
        this.about = new About(status, title, meaning);
    }

    @Override
    public About about() {
        return about;
    }

    /** The constraint that the database names when it refuses; a domain that posts maps it to {@link #problem}. */
    public String constraint() {
        return code();
    }

    /** The refusal as a problem. */
    public Problem problem() {
        return Problem.of(this, meaning());
    }
}
