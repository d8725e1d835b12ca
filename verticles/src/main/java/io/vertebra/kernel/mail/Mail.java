package io.vertebra.kernel.mail;

/**
 * One mail, ready to send.
 *
 * @param to the address
 * @param subject one line
 * @param text the plain form
 * @param html the same, for readers that show HTML
 */
public record Mail(String to, String subject, String text, String html) {
    /** Refuses what would let a header be smuggled in. */
    public Mail {
        if (to.chars().anyMatch(Character::isISOControl) || subject.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("an address or a subject holds no control characters");
        }
    }

    @Override
    public String toString() {
        return "Mail(hidden)";
    }
}
