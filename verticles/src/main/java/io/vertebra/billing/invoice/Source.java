package io.vertebra.billing.invoice;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What paid an invoice, as far as nothing of it came back yet.
 *
 * @param money what was paid otherwise than by credits
 * @param credits what credits paid, in the order in which they were used
 */
public record Source(UUID invoiceId, long money, List<Part> credits) {

    /** So much from this account. */
    public record Part(String account, long amount) {}

    /**
     * What comes back of one invoice.
     *
     * @param money what is given as new credits
     * @param credits what goes back to the grants that it came from
     */
    public record Back(Source source, long money, List<Part> credits) {

        /** What is left of the source afterwards. */
        public List<Part> kept() {
            var kept = new ArrayList<Part>();
            for (var part : source.credits()) {
                long taken = credits.stream()
                        .filter(one -> one.account().equals(part.account()))
                        .mapToLong(Part::amount)
                        .sum();
                if (part.amount() > taken) {
                    kept.add(new Part(part.account(), part.amount() - taken));
                }
            }
            return kept;
        }
    }

    /** What of these comes back, one after the other: of each its money first, then its credits, last in first. */
    public static List<Back> back(List<Source> sources, long amount) {
        var all = new ArrayList<Back>();
        long rest = amount;
        for (var source : sources) {
            long money = Math.min(Math.max(0, source.money()), rest);
            rest -= money;
            var credits = new ArrayList<Part>();
            for (var part : source.credits().reversed()) {
                long some = Math.min(part.amount(), rest);
                if (some > 0) {
                    credits.add(new Part(part.account(), some));
                    rest -= some;
                }
            }
            if (money > 0 || !credits.isEmpty()) {
                all.add(new Back(source, money, credits));
            }
        }
        return all;
    }
}
