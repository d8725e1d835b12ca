package io.vertebra.kernel.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/**
 * An account as a domain knows it: by its code. Every node works out the same id, so that a posting needs no look-up.
 *
 * @param code unique in the book within its currency, {@code receivable}
 * @param neverNegative whether a posting that takes it below zero is refused
 */
public record BookAccount(String code, String name, Type type, String currency, boolean neverNegative) {
    /** What an account stands for; assets and expenses grow on the debit side, the others on the credit side. */
    public enum Type {
        ASSET,
        LIABILITY,
        EQUITY,
        INCOME,
        EXPENSE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Money that was received and is not assigned yet; the provider's side and billing's meet here. */
    public static BookAccount payments(String currency) {
        return new BookAccount("payments", "Received and not assigned", Type.LIABILITY, currency, false);
    }

    /** Money that lies with a payment provider. */
    public static BookAccount cash(String provider, String currency) {
        return new BookAccount("cash:" + provider, "With " + provider, Type.ASSET, currency, false);
    }

    /** Money that a customer's bank has taken back for now. */
    public static BookAccount disputes(String currency) {
        return new BookAccount("disputes", "Disputed", Type.ASSET, currency, false);
    }

    /** The id of this account in the book of an org. */
    public UUID id(UUID orgId) {
        return id(orgId, code, currency);
    }

    /** The id of the account of this code and currency in the book of an org. */
    public static UUID id(UUID orgId, String code, String currency) {
        return derived(orgId + "/" + code + "/" + currency);
    }

    /** An id that whoever derives it from the same text gets again; for postings that must happen once. */
    public static UUID derived(String text) {
        return UUID.nameUUIDFromBytes(("ledger:" + text).getBytes(StandardCharsets.UTF_8));
    }
}
