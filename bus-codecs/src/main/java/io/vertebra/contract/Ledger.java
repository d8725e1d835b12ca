package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import io.vertebra.bus.Request;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The double-entry ledger: each org has a book of accounts, and what stands in it is never changed or removed. Every
 * transaction balances in each of its currencies; a correction is a further transaction; balances are computed.
 */
public sealed interface Ledger<R> extends Request<R> {

    /** What the code of an account looks like: {@code credits:0193b1c0}. */
    String CODE = "[a-z][a-z0-9_.:-]{0,79}";

    /** What the code of a currency looks like (ISO 4217). */
    String CURRENCY = "[A-Z]{3}";

    /** The accounts of an org with their balances, by code; with {@code at}, as they were at that time. */
    @Get("/v1/orgs/{orgId}/ledger/accounts")
    @Needs("billing.ledger.read")
    record ListAccounts(
            UUID orgId,
            @Nullable Instant at,
            @Nullable Integer limit,
            @Nullable String after) implements Ledger<Page<Account>> {}

    /** One account with its balance; with {@code at}, as it was at that time. */
    @Get("/v1/orgs/{orgId}/ledger/accounts/{accountId}")
    @Needs("billing.ledger.read")
    record GetAccount(UUID orgId, UUID accountId, @Nullable Instant at) implements Ledger<Account> {}

    /** The entries of an account, the newest first. */
    @Get("/v1/orgs/{orgId}/ledger/accounts/{accountId}/entries")
    @Needs("billing.ledger.read")
    record ListEntries(
            UUID orgId,
            UUID accountId,
            @Nullable Integer limit,
            @Nullable String after) implements Ledger<Page<Entry>> {}

    /** The transactions of an org, the newest first; {@code cause} narrows to what one thing made. */
    @Get("/v1/orgs/{orgId}/ledger/transactions")
    @Needs("billing.ledger.read")
    record ListTransactions(
            UUID orgId,
            @Nullable String cause,
            @Nullable Integer limit,
            @Nullable String after) implements Ledger<Page<Transaction>> {}

    /** One transaction with its legs, and which transaction resolved or reversed it. */
    @Get("/v1/orgs/{orgId}/ledger/transactions/{transactionId}")
    @Needs("billing.ledger.read")
    record GetTransaction(UUID orgId, UUID transactionId) implements Ledger<Transaction> {}

    /** All accounts of an org added up, currency by currency: debits equal credits. */
    @Get("/v1/orgs/{orgId}/ledger/trial-balance")
    @Needs("billing.ledger.read")
    record GetTrialBalance(UUID orgId, @Nullable Instant at) implements Ledger<TrialBalance> {}

    /** Proves the book: every sealed transaction says what it said, every transaction and snapshot adds up. */
    @Get("/v1/orgs/{orgId}/ledger/verification")
    @Needs("billing.ledger.read")
    record VerifyBook(UUID orgId) implements Ledger<Verification> {}

    /** Proves the books of orgs: some after this one, or the first ones. */
    @Internal
    @Needs("billing.ledger.read")
    record ProveBooks(@Nullable UUID after) implements Ledger<Proof> {}

    /** Opens an account in an org's book. Idempotent by code and currency. */
    @Post("/v1/admin/orgs/{bookOrgId}/ledger/accounts")
    @Needs("platform.ledger.write")
    record OpenAccount(
            UUID bookOrgId,
            @NotBlank @Pattern(regexp = CODE) String code,
            @NotBlank @Size(max = 100) String name,
            @NotNull AccountType type,
            @NotNull @Pattern(regexp = CURRENCY) String currency,
            boolean neverNegative)
            implements Ledger<Account> {}

    /**
     * Posts a transaction by hand. The id is the client's: posting it again answers the same and posts nothing. With
     * {@code pending} the amounts are only reserved until they are settled, voided or, at {@code expiresAt}, expire.
     * Without {@code at} it counts from now.
     */
    @Post("/v1/admin/orgs/{bookOrgId}/ledger/transactions")
    @Needs("platform.ledger.write")
    record PostTransaction(
            UUID bookOrgId,
            @NotNull UUID transactionId,
            @NotBlank @Pattern(regexp = CODE) String code,
            @Nullable @Size(max = 500) String description,
            @Nullable Boolean pending,
            @Nullable Instant expiresAt,
            @Nullable Instant at,
            @NotNull @Size(min = 2, max = 100) List<@Valid @NotNull Leg> legs)
            implements Ledger<Posted> {}

    /** Posts what a pending transaction reserved; with {@code amount} only that much, and the rest is released. */
    @Post("/v1/admin/orgs/{bookOrgId}/ledger/transactions/{pendingId}/settle")
    @Needs("platform.ledger.write")
    record SettleTransaction(
            UUID bookOrgId,
            UUID pendingId,
            @NotNull UUID transactionId,
            @Nullable @Positive Long amount) implements Ledger<Posted> {}

    /** Releases what a pending transaction reserved. */
    @Post("/v1/admin/orgs/{bookOrgId}/ledger/transactions/{pendingId}/void")
    @Needs("platform.ledger.write")
    record VoidTransaction(
            UUID bookOrgId, UUID pendingId, @NotNull UUID transactionId) implements Ledger<Posted> {}

    /** Takes a transaction back by a further one with the sides exchanged; each is taken back at most once. */
    @Post("/v1/admin/orgs/{bookOrgId}/ledger/transactions/{reversedId}/reverse")
    @Needs("platform.ledger.write")
    record ReverseTransaction(
            UUID bookOrgId,
            UUID reversedId,
            @NotNull UUID transactionId,
            @NotBlank @Size(max = 500) String reason) implements Ledger<Posted> {}

    /** What an account stands for; assets and expenses grow on the debit side, the others on the credit side. */
    enum AccountType {
        ASSET,
        LIABILITY,
        EQUITY,
        INCOME,
        EXPENSE
    }

    /** The two sides of an account. */
    enum Side {
        DEBIT,
        CREDIT
    }

    /** What a transaction does. */
    enum Kind {
        POST,
        HOLD,
        SETTLE,
        VOID,
        EXPIRE,
        REVERSE
    }

    /** Whether an entry counts, only reserves, or takes a reservation back. */
    enum Phase {
        POSTED,
        PENDING,
        RELEASED
    }

    /**
     * One leg of a posting.
     *
     * @param amount in minor units of the account's currency, more than zero
     */
    record Leg(
            @NotNull UUID accountId,
            @NotNull Side side,
            @Positive long amount) {}

    /**
     * The four sums of an account, and what follows from them.
     *
     * @param posted the balance on the account's normal side
     * @param available what is left of it when everything that is reserved against it is taken
     */
    record Balance(
            Money posted,
            Money available,
            long debitsPosted,
            long creditsPosted,
            long debitsPending,
            long creditsPending) {}

    /**
     * An account of a book.
     *
     * @param side the side on which it grows
     * @param neverNegative whether a posting that takes it below zero is refused
     */
    record Account(
            UUID id,
            String code,
            String name,
            AccountType type,
            Side side,
            String currency,
            boolean neverNegative,
            Balance balance) {}

    /**
     * One line of an account.
     *
     * @param place its dense place in the account, from 1
     */
    record Entry(
            UUID accountId,
            long place,
            UUID transactionId,
            String code,
            Phase phase,
            Side side,
            Money amount,
            Instant at) {}

    /**
     * A transaction of a book.
     *
     * @param cause what made it, {@code invoice:0193…}
     * @param refers the pending one that it resolves, or the one that it takes back
     * @param resolvedBy the one that resolved or took back this one
     * @param at from when on it counts
     * @param sequence its place in the book's chain of seals; null until it is sealed
     */
    record Transaction(
            UUID id,
            Kind kind,
            String code,
            @Nullable String description,
            String cause,
            @Nullable UUID refers,
            @Nullable UUID resolvedBy,
            Instant at,
            Instant recordedAt,
            @Nullable Instant expiresAt,
            @Nullable Long sequence,
            List<Entry> entries) {}

    /** What a posting answers: the balances of the accounts that it touched, as they are right after it. */
    record Posted(UUID transactionId, List<Touched> accounts) {}

    /** An account after a posting. */
    record Touched(UUID accountId, String code, Balance balance) {}

    /** All accounts of a book, and their sums per currency. */
    record TrialBalance(List<TrialLine> lines, List<TrialSum> sums) {}

    /** One account of a trial balance. */
    record TrialLine(UUID accountId, String code, String currency, long debits, long credits) {}

    /** The sums of one currency. */
    record TrialSum(String currency, long debits, long credits, boolean balanced) {}

    /**
     * The outcome of a verification.
     *
     * @param sealed how many transactions are sealed and were checked
     * @param unsealed how many are too young to be sealed
     * @param head the hash of the last seal, to be noted outside
     */
    record Verification(
            boolean intact,
            long sealed,
            long unsealed,
            @Nullable String head,
            @Nullable Checkpoint checkpoint,
            List<Finding> findings) {}

    /**
     * A signed statement that a book had this head at this length.
     *
     * @param signature Ed25519, in base64
     */
    record Checkpoint(long sequence, String head, Instant at, String keyId, String signature) {}

    /** Something that does not fit, and which transaction it is about. */
    record Finding(@Nullable UUID transactionId, @Nullable Long sequence, String detail) {}

    /**
     * The outcome of proving several books.
     *
     * @param broken a sentence for each that does not fit
     * @param next after which one to go on; null at the end
     */
    record Proof(
            long chains,
            long records,
            List<String> broken,
            @Nullable UUID next) {}
}
