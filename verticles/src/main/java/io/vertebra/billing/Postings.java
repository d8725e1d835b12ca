package io.vertebra.billing;

import io.vertebra.bus.Money;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Balance;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.kernel.ledger.BookAccount;
import io.vertebra.kernel.ledger.BookAccount.Type;
import io.vertebra.kernel.ledger.Leg;
import io.vertebra.kernel.ledger.Posting;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/** How what billing does stands in the ledger: its accounts, and one posting for each thing that happens. */
final class Postings {
    static final String RECEIVABLE = "receivable";
    static final String REVENUE = "revenue";
    static final String TAX = "tax";
    static final String PAYMENTS = "payments";
    static final String BREAKAGE = "breakage";
    static final String PROMOTIONS = "promotions";
    static final String LOSSES = "losses";
    static final String REFUNDS = "refunds";

    /** What the codes of the accounts of grants begin with. */
    static final String GRANT = "credits:";

    private Postings() {}

    private static List<BookAccount> chart(String currency) {
        return List.of(
                new BookAccount(RECEIVABLE, "Owed by the customer", Type.ASSET, currency, false),
                new BookAccount(REVENUE, "Earned", Type.INCOME, currency, false),
                new BookAccount(TAX, "Tax to be handed on", Type.LIABILITY, currency, false),
                BookAccount.payments(currency),
                new BookAccount(BREAKAGE, "Credits that expired", Type.INCOME, currency, false),
                new BookAccount(PROMOTIONS, "Credits given away", Type.EXPENSE, currency, false),
                new BookAccount(LOSSES, "Given up", Type.EXPENSE, currency, false),
                new BookAccount(REFUNDS, "Paid back", Type.EXPENSE, currency, false));
    }

    /** The code of the account of a grant. */
    static String grant(UUID grantId) {
        return GRANT + grantId;
    }

    private static BookAccount grantAccount(UUID grantId, String currency) {
        return new BookAccount(grant(grantId), "Credits", Type.LIABILITY, currency, true);
    }

    /** Opens billing's accounts in the book of an org, those that are not open yet. */
    static Future<Book> open(Work work, UUID orgId, String currency) {
        var book = Book.of(work, orgId);
        return book.open(chart(currency)).map(book);
    }

    /** The same with the account of a new grant. */
    static Future<Book> open(Work work, UUID orgId, String currency, UUID grantId) {
        var all = new ArrayList<>(chart(currency));
        all.add(grantAccount(grantId, currency));
        var book = Book.of(work, orgId);
        return book.open(all).map(book);
    }

    /** Moves money between two accounts, once for each text that it is derived from. */
    static Future<List<Balance>> move(
            Book book, UUID orgId, String code, String cause, String once, String debit, String credit, Money amount) {
        return book.post(Posting.of(
                id(orgId, code, once),
                code,
                cause,
                List.of(
                        Leg.debit(account(orgId, debit, amount), amount),
                        Leg.credit(account(orgId, credit, amount), amount))));
    }

    /** What credits gave for a dispute that was lost makes the loss smaller. */
    static Future<Void> taken(Work work, UUID orgId, String cause, UUID disputeId, Money amount) {
        return amount.nothing()
                ? Future.succeededFuture()
                : open(work, orgId, amount.currency())
                        .compose(book -> move(
                                book, orgId, "dispute.taken", cause, "dispute:" + disputeId, PAYMENTS, LOSSES, amount))
                        .mapEmpty();
    }

    /** The id of the posting of this code for this thing. */
    static UUID id(UUID orgId, String code, String once) {
        return BookAccount.derived(orgId + "/" + code + "/" + once);
    }

    static UUID account(UUID orgId, String code, Money amount) {
        return BookAccount.id(orgId, code, amount.currency());
    }

    /** Debits these accounts and credits others, in one transaction; amounts that are nothing are left out. */
    static Posting of(UUID orgId, String code, String cause, String once, List<Moved> legs) {
        return Posting.of(
                id(orgId, code, once),
                code,
                cause,
                legs.stream()
                        .filter(leg -> !leg.amount().nothing())
                        .map(leg -> leg.leg(orgId))
                        .toList());
    }

    /** What was charged is given back: it lowers what is owed, or goes to grants. */
    static Posting givenBack(UUID orgId, String cause, String to, List<Moved> credited, Money amount, Money tax) {
        var legs = new ArrayList<>(List.of(Moved.debit(REVENUE, amount.minus(tax)), Moved.debit(TAX, tax)));
        legs.addAll(credited);
        return of(orgId, "invoice.given-back", cause, cause + "/" + to, legs);
    }

    /** The grants among these accounts. */
    static List<UUID> grants(List<String> accounts) {
        return accounts.stream()
                .filter(account -> account.startsWith(GRANT))
                .map(account -> UUID.fromString(account.substring(GRANT.length())))
                .toList();
    }

    /** One leg by the code of its account. */
    record Moved(String account, Money amount, boolean debited) {
        static Moved debit(String account, Money amount) {
            return new Moved(account, amount, true);
        }

        static Moved credit(String account, Money amount) {
            return new Moved(account, amount, false);
        }

        /** One leg for each account. */
        static List<Moved> joined(List<Moved> legs) {
            var sums = new LinkedHashMap<String, Moved>();
            legs.forEach(leg -> sums.merge(
                    leg.account(),
                    leg,
                    (one, other) -> new Moved(one.account(), one.amount().plus(other.amount()), one.debited())));
            return List.copyOf(sums.values());
        }

        Leg leg(UUID orgId) {
            var id = Postings.account(orgId, account, amount);
            return debited ? Leg.debit(id, amount) : Leg.credit(id, amount);
        }
    }
}
