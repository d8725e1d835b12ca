package io.vertebra.accounts;

import java.text.Normalizer;
import java.util.Locale;

/** How e-mail addresses are compared. */
final class EmailAddress {
    private EmailAddress() {}

    /** The form that two spellings of one address share: trimmed, composed (NFC), in lower case. */
    static String comparable(String email) {
        return Normalizer.normalize(email.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
