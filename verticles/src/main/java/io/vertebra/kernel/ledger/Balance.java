package io.vertebra.kernel.ledger;

import io.vertebra.bus.Money;
import io.vertx.sqlclient.Row;
import java.util.UUID;

/** The four sums of an account. */
public record Balance(
        UUID account,
        String code,
        boolean growsOnDebit,
        String currency,
        long debitsPosted,
        long creditsPosted,
        long debitsPending,
        long creditsPending) {

    /** A row of one of the functions of the book. */
    public static Balance of(Row row) {
        return new Balance(
                row.getUUID("account_id"),
                row.getString("code"),
                row.getString("side").equals("debit"),
                row.getString("currency"),
                row.getLong("debits_posted"),
                row.getLong("credits_posted"),
                row.getLong("debits_pending"),
                row.getLong("credits_pending"));
    }

    /** The balance on the side on which the account grows. */
    public Money posted() {
        return Money.of(growsOnDebit ? debitsPosted - creditsPosted : creditsPosted - debitsPosted, currency);
    }

    /** What is left of it when everything that is reserved against it is taken. */
    public Money available() {
        return posted().minus(Money.of(growsOnDebit ? creditsPending : debitsPending, currency));
    }
}
