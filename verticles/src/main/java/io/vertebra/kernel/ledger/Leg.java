package io.vertebra.kernel.ledger;

import io.vertebra.bus.Money;
import java.util.UUID;

/**
 * One leg of a posting.
 *
 * @param account the account, see {@link BookAccount#id}
 * @param amount minor units; a debit is positive, a credit negative
 */
public record Leg(UUID account, long amount) {
    /** Refuses a leg that moves nothing. */
    public Leg {
        if (amount == 0) {
            throw new IllegalArgumentException("a leg without an amount");
        }
    }

    /** Debits this account. */
    public static Leg debit(UUID account, Money money) {
        return new Leg(account, money.amount());
    }

    /** Credits this account. */
    public static Leg credit(UUID account, Money money) {
        return new Leg(account, Math.negateExact(money.amount()));
    }
}
