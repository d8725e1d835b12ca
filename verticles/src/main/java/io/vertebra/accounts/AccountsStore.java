package io.vertebra.accounts;

import io.vertebra.contract.Accounts;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of people, passwords, mailed tokens, limits and signing keys. */
final class AccountsStore {
    static final String PERSON_COLUMNS =
            "id, email, verified_at IS NOT NULL AS verified, name, locale, operator, created_at, version";
    static final String PERSON = "SELECT " + PERSON_COLUMNS + " FROM accounts.people WHERE id = $1";
    static final String LOCK_PERSON = PERSON + " FOR UPDATE";
    static final String CHANGE_PERSON = "UPDATE accounts.people SET name = $2, locale = $3, version = version + 1"
            + " WHERE id = $1 RETURNING " + PERSON_COLUMNS;
    static final String SETTINGS_COLUMNS = "theme, time_zone, product_mail, version";
    static final String SETTINGS = "SELECT " + SETTINGS_COLUMNS + " FROM accounts.settings WHERE person_id = $1";
    static final String LOCK_SETTINGS = SETTINGS + " FOR UPDATE";
    static final String CHANGE_SETTINGS =
            "UPDATE accounts.settings SET theme = $2, time_zone = $3, product_mail = $4, version = version + 1"
                    + " WHERE person_id = $1 RETURNING " + SETTINGS_COLUMNS;
    static final String NAMES = "SELECT id, name, email FROM accounts.people WHERE id = ANY($1) ORDER BY id";
    static final String REGISTER = "SELECT person_id, outcome FROM accounts.register($1, $2, $3, $4, $5, $6, $7, $8)";
    static final String FIND_LOGIN = "SELECT person_id, hash, verified, operator FROM accounts.find_login($1)";
    static final String OWN_PASSWORD = "SELECT hash FROM accounts.passwords WHERE person_id = $1";
    static final String SET_PASSWORD = "UPDATE accounts.passwords SET hash = $2, changed_at = $3 WHERE person_id = $1";
    static final String ADOPT_PASSWORD =
            "UPDATE accounts.passwords SET hash = $2, changed_at = $3 WHERE person_id = $1 AND hash <> $2";
    static final String REHASH = "UPDATE accounts.passwords SET hash = $3 WHERE person_id = $1 AND hash = $2";
    static final String VERIFY =
            "UPDATE accounts.people SET verified_at = $2, name = coalesce($3, name), version = version + 1"
                    + " WHERE id = $1 AND verified_at IS NULL";
    static final String FORGET_PASSWORD = "SELECT person_id, email FROM accounts.forget_password($1, $2, $3)";
    static final String PEEK_TOKEN = "SELECT person_id, email, name FROM accounts.peek_token($1, $2, $3)";
    static final String TAKE_TOKEN =
            "SELECT person_id, email, verified, name, hash FROM accounts.take_token($1, $2, $3)";
    static final String DROP_TOKENS = "DELETE FROM accounts.mail_tokens WHERE person_id = $1";
    static final String PERSON_BY_ADDRESS = "SELECT id FROM accounts.people WHERE address = $1 FOR UPDATE";
    static final String MAKE_OPERATOR = "UPDATE accounts.people SET operator = true,"
            + " verified_at = coalesce(verified_at, $2), version = version + 1 WHERE id = $1 RETURNING "
            + PERSON_COLUMNS;
    static final String FILL_BUCKETS = """
            SELECT max(accounts.count_attempt(b.key, b.lim, b.seconds, $4)) AS wait
              FROM (SELECT * FROM unnest($1::text[], $2::int[], $3::int[]) AS b (key, lim, seconds) ORDER BY key) b""";
    static final String EMPTY_BUCKET = "DELETE FROM accounts.attempts WHERE key = $1";
    static final String EASE_BUCKET =
            "UPDATE accounts.attempts SET filled_to = filled_to - make_interval(secs => $2) WHERE key = $1";

    static final String DELETE_TOKENS = """
            DELETE FROM accounts.mail_tokens WHERE digest IN (
              SELECT digest FROM accounts.mail_tokens WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)""";
    static final String DELETE_ATTEMPTS = """
            DELETE FROM accounts.attempts WHERE key IN (
              SELECT key FROM accounts.attempts WHERE filled_to < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)""";
    static final String DELETE_UNVERIFIED = """
            DELETE FROM accounts.people WHERE verified_at IS NULL AND id IN (
              SELECT p.id FROM accounts.people AS p
               WHERE p.verified_at IS NULL AND NOT p.operator AND p.created_at < $1
                 AND NOT EXISTS (SELECT FROM accounts.sessions AS s WHERE s.person_id = p.id)
               ORDER BY p.created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING id""";

    private AccountsStore() {}

    /** What a sign-in is checked against. */
    record Login(UUID personId, String hash, boolean verified, boolean operator) {}

    /** What came of a registration. */
    record Registered(@Nullable UUID personId, String outcome) {}

    /** Whose mailed token it is, and what its registration asked for. */
    record MailToken(
            UUID personId,
            String email,
            boolean verified,
            @Nullable String name,
            @Nullable String hash) {}

    static Future<Optional<Accounts.Person>> person(Read read, UUID id) {
        return read.one(PERSON, AccountsStore::person, id);
    }

    static Future<Optional<Accounts.Person>> lockPerson(Work work, UUID id) {
        return work.one(LOCK_PERSON, AccountsStore::person, id);
    }

    static Future<Accounts.Person> changePerson(Work work, UUID id, String name, @Nullable String locale) {
        return work.change("person", CHANGE_PERSON, AccountsStore::person, id, name, locale);
    }

    static Future<Optional<Accounts.Settings>> settings(Read read, UUID person) {
        return read.one(SETTINGS, AccountsStore::settings, person);
    }

    static Future<Optional<Accounts.Settings>> lockSettings(Work work, UUID person) {
        return work.one(LOCK_SETTINGS, AccountsStore::settings, person);
    }

    static Future<Accounts.Settings> changeSettings(Work work, UUID person, Accounts.Settings to) {
        return work.change(
                "settings",
                CHANGE_SETTINGS,
                AccountsStore::settings,
                person,
                to.theme().name(),
                to.timeZone(),
                to.productMail());
    }

    static Future<List<Accounts.PersonName>> names(Read read, List<UUID> ids) {
        return read.list(
                NAMES,
                row -> new Accounts.PersonName(row.getUUID("id"), row.getString("name"), row.getString("email")),
                (Object) ids.toArray(UUID[]::new));
    }

    static Future<Registered> register(
            Work work, UUID id, String email, String name, String hash, byte[] digest, Instant expires) {
        return work.one(
                        REGISTER,
                        row -> new Registered(row.getUUID("person_id"), row.getString("outcome")),
                        id,
                        email.strip(),
                        EmailAddress.comparable(email),
                        name,
                        hash,
                        Buffer.buffer(digest),
                        at(expires),
                        at(work.now()))
                .map(Optional::orElseThrow);
    }

    static Future<Optional<Login>> findLogin(Read read, String address) {
        return read.one(
                FIND_LOGIN,
                row -> new Login(
                        row.getUUID("person_id"),
                        row.getString("hash"),
                        row.getBoolean("verified"),
                        row.getBoolean("operator")),
                address);
    }

    static Future<Optional<String>> ownPassword(Read read, UUID person) {
        return read.one(OWN_PASSWORD, row -> row.getString("hash"), person);
    }

    static Future<Integer> setPassword(Work work, UUID person, String hash) {
        return work.run(SET_PASSWORD, person, hash, at(work.now()));
    }

    /** Sets the password of a registration that was completed; answers 0 when it is the one already. */
    static Future<Integer> adoptPassword(Work work, UUID person, String hash) {
        return work.run(ADOPT_PASSWORD, person, hash, at(work.now()));
    }

    static Future<Integer> rehash(Work work, UUID person, String before, String after) {
        return work.run(REHASH, person, before, after);
    }

    static Future<Integer> verify(Work work, UUID person, @Nullable String name) {
        return work.run(VERIFY, person, at(work.now()), name);
    }

    static Future<Optional<String>> forgetPassword(Work work, String address, byte[] digest, Instant expires) {
        return work.one(FORGET_PASSWORD, row -> row.getString("email"), address, Buffer.buffer(digest), at(expires));
    }

    static Future<Optional<Accounts.PersonName>> peekToken(Read read, byte[] digest, String purpose, Instant now) {
        return read.one(
                PEEK_TOKEN,
                row -> new Accounts.PersonName(row.getUUID("person_id"), row.getString("name"), row.getString("email")),
                Buffer.buffer(digest),
                purpose,
                at(now));
    }

    static Future<Optional<MailToken>> takeToken(Work work, byte[] digest, String purpose) {
        return work.one(
                TAKE_TOKEN,
                row -> new MailToken(
                        row.getUUID("person_id"),
                        row.getString("email"),
                        row.getBoolean("verified"),
                        row.getString("name"),
                        row.getString("hash")),
                Buffer.buffer(digest),
                purpose,
                at(work.now()));
    }

    static Future<Integer> dropTokens(Work work, UUID person) {
        return work.run(DROP_TOKENS, person);
    }

    static Future<Optional<UUID>> personByAddress(Work work, String address) {
        return work.one(PERSON_BY_ADDRESS, row -> row.getUUID("id"), address);
    }

    static Future<Accounts.Person> makeOperator(Work work, UUID person) {
        return work.change("person", MAKE_OPERATOR, AccountsStore::person, person, at(work.now()));
    }

    /** Fills each bucket by one; answers 0, or how many seconds the fullest stays full. */
    static Future<Integer> fillBuckets(Work work, List<Accounts.Bucket> buckets) {
        return work.one(
                        FILL_BUCKETS,
                        row -> row.getInteger("wait"),
                        buckets.stream().map(Accounts.Bucket::key).toArray(String[]::new),
                        buckets.stream().map(Accounts.Bucket::limit).toArray(Integer[]::new),
                        buckets.stream().map(Accounts.Bucket::windowSeconds).toArray(Integer[]::new),
                        at(work.now()))
                .map(Optional::orElseThrow);
    }

    static Future<Integer> emptyBucket(Work work, String key) {
        return work.run(EMPTY_BUCKET, key);
    }

    static Future<Integer> easeBucket(Work work, String key, double seconds) {
        return work.run(EASE_BUCKET, key, seconds);
    }

    /** Deletes tokens of mails that expired; at most so many. */
    static Future<Integer> deleteTokens(Work work, int limit) {
        return work.run(DELETE_TOKENS, work.now(), limit);
    }

    /** Deletes counters of attempts that count nothing any more; at most so many. */
    static Future<Integer> deleteAttempts(Work work, int limit) {
        return work.run(DELETE_ATTEMPTS, work.now(), limit);
    }

    /** Deletes people who registered before then, never verified their address and have no session; at most so many. */
    static Future<List<UUID>> deleteUnverified(Work work, Instant before, int limit) {
        return work.list(DELETE_UNVERIFIED, row -> row.getUUID(0), before, limit);
    }

    static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Accounts.Person person(Row row) {
        return new Accounts.Person(
                row.getUUID("id"),
                row.getString("email"),
                row.getBoolean("verified"),
                row.getString("name"),
                row.getString("locale"),
                row.getBoolean("operator"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getLong("version"));
    }

    private static Accounts.Settings settings(Row row) {
        return new Accounts.Settings(
                Accounts.Theme.valueOf(row.getString("theme")),
                row.getString("time_zone"),
                row.getBoolean("product_mail"),
                row.getLong("version"));
    }
}
