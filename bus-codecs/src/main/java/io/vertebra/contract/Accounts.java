package io.vertebra.contract;

import io.vertebra.bus.Change;
import io.vertebra.bus.Delete;
import io.vertebra.bus.Event;
import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Key;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Patch;
import io.vertebra.bus.Post;
import io.vertebra.bus.Public;
import io.vertebra.bus.Raw;
import io.vertebra.bus.Request;
import io.vertebra.bus.Secret;
import io.vertebra.bus.SignedIn;
import io.vertebra.bus.SingleUse;
import io.vertebra.bus.Unlogged;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** People and how they sign in: registration, passwords, e-mail addresses, sessions, profile and settings. */
public sealed interface Accounts<R> extends Request<R> {

    /**
     * Registers a person and sends a mail that verifies the address. The answer is the same whether or not the address
     * is registered already: its owner then gets a mail that says so.
     */
    @Post("/v1/auth/register")
    @Public
    record Register(
            @NotBlank @Email @Size(max = 254) String email,
            @NotNull @Size(max = 200) @Secret String password,
            @NotBlank @Size(max = 100) String name)
            implements Accounts<Registration> {}

    /**
     * Signs in with address and password. With {@code "session": "cookie"} the refresh token comes as an
     * {@code HttpOnly} cookie and is left out of the answer.
     */
    @Post("/v1/auth/login")
    @Public
    @Raw
    @SingleUse
    record Login(
            @NotBlank @Size(max = 254) String email,
            @NotNull @Size(max = 200) @Secret String password,
            @Nullable SessionForm session)
            implements Accounts<Tokens> {}

    /**
     * Exchanges a refresh token for the next one and a new access token. A lost answer or a second tab is forgiven for
     * a short while; real reuse ends the session. Without a token in the body the cookie is read.
     */
    @Post("/v1/auth/refresh")
    @Public
    @Raw
    @SingleUse
    @Unlogged("the session goes on; its start and its end are recorded")
    record Refresh(@Nullable @Size(max = 200) @Secret String refreshToken) implements Accounts<Tokens> {}

    /** Ends the session of the access token, and clears the cookie. */
    @Post("/v1/auth/logout")
    @SignedIn
    @Raw
    record Logout() implements Accounts<Nothing> {}

    /** Sends a mail with a link that sets a new password. Says nothing of whether the address is registered. */
    @Post("/v1/auth/password/forgot")
    @Public
    record ForgotPassword(@NotBlank @Email @Size(max = 254) String email) implements Accounts<Nothing> {}

    /** Sets a new password with the token from the mail, and ends every session of the person. */
    @Post("/v1/auth/password/reset")
    @Public
    record ResetPassword(
            @NotBlank @Size(max = 200) @Secret String token,
            @NotNull @Size(max = 200) @Secret String password) implements Accounts<Nothing> {}

    /** Verifies an address with the token from the mail. */
    @Post("/v1/auth/email/verify")
    @Public
    record VerifyEmail(@NotBlank @Size(max = 200) @Secret String token) implements Accounts<Nothing> {}

    /** The person who is signed in. */
    @Get("/v1/me")
    @SignedIn
    record GetMe() implements Accounts<Person> {}

    /** Changes the profile of the person who is signed in. */
    @Patch("/v1/me")
    @SignedIn
    record ChangeMe(Change<@Size(min = 1, max = 100) String> name, Change<@Size(max = 35) String> locale)
            implements Accounts<Person> {}

    /** The settings of the person who is signed in. */
    @Get("/v1/me/settings")
    @SignedIn
    record GetSettings() implements Accounts<Settings> {}

    /** Changes the settings of the person who is signed in. */
    @Patch("/v1/me/settings")
    @SignedIn
    record ChangeSettings(
            Change<Theme> theme,
            Change<@Pattern(regexp = "[A-Za-z0-9_+/-]{1,64}") String> timeZone,
            Change<Boolean> productMail)
            implements Accounts<Settings> {}

    /** Sets a new password, and ends every other session of the person. */
    @Post("/v1/me/password")
    @SignedIn
    record ChangePassword(
            @NotNull @Size(max = 200) @Secret String currentPassword,
            @NotNull @Size(max = 200) @Secret String newPassword)
            implements Accounts<Nothing> {}

    /** The live sessions of the person who is signed in, the latest seen first. */
    @Get("/v1/me/sessions")
    @SignedIn
    record ListSessions(@Nullable Integer limit, @Nullable String after) implements Accounts<Page<Session>> {}

    /** Ends one session of the person who is signed in; its tokens are refused from the next request on. */
    @Delete("/v1/me/sessions/{sessionId}")
    @SignedIn
    record RevokeSession(UUID sessionId) implements Accounts<Nothing> {}

    /** Whether a session is alive; the doors ask when its epoch grew. */
    @Internal
    @Needs("accounts.sessions.check")
    record CheckSession(UUID sessionId) implements Accounts<SessionState> {}

    /** The public halves of the signing keys, for verifying access tokens. */
    @Internal(changes = true)
    @Needs("accounts.keys.read")
    @Unlogged("reads; makes the first key where there is none")
    record GetSigningKeys() implements Accounts<SigningKeys> {}

    /** Names and addresses of these people, for lists of members; unknown ids are left out. */
    @Internal
    @Needs("accounts.people.read")
    record FindPeople(@Size(max = 200) List<UUID> ids) implements Accounts<People> {}

    /** Makes a person who may operate the platform; from the command line only. */
    @Internal(changes = true)
    @Needs("accounts.superusers.write")
    record CreateSuperuser(
            @NotBlank @Email String email,
            @NotNull @Secret String password,
            @NotBlank String name) implements Accounts<Person> {}

    /**
     * Counts an attempt (a sign-in, a mail to send) against its buckets, each filled evenly over its window, and says
     * whether it may go on.
     */
    @Internal(changes = true)
    @Needs("accounts.attempts.write")
    @Unlogged("counted for minutes, not kept")
    record CountAttempt(@Size(min = 1, max = 4) List<Bucket> buckets) implements Accounts<Attempt> {}

    /** Ends a session because a refresh token that was used up came again. */
    @Internal(changes = true)
    @Needs("accounts.sessions.end")
    record EndReusedSession(UUID sessionId) implements Accounts<Nothing> {}

    /** Notes that a session was used, at most once a minute. */
    @Internal(changes = true)
    @Needs("accounts.sessions.touch")
    @Unlogged("a time stamp, no change")
    record TouchSession(UUID sessionId) implements Accounts<Nothing> {}

    /** How the refresh token is handed over. */
    enum SessionForm {
        TOKEN,
        COOKIE
    }

    /** How the console looks. */
    enum Theme {
        SYSTEM,
        LIGHT,
        DARK
    }

    /** The same for every address, so that nobody learns which ones are registered. */
    record Registration(String email, String next) {}

    /**
     * What a sign-in answers (RFC 6749, section 5.1, in camel case).
     *
     * @param refreshToken null when it went into the cookie
     * @param expiresIn seconds until the access token expires
     */
    record Tokens(
            @Secret String accessToken, @Nullable @Secret String refreshToken, String tokenType, int expiresIn) {}

    /** A person. */
    record Person(
            UUID id,
            String email,
            boolean emailVerified,
            String name,
            @Nullable String locale,
            boolean operator,
            Instant createdAt,
            long version) {}

    /** A person's settings. */
    record Settings(Theme theme, String timeZone, boolean productMail, long version) {}

    /** A sign-in that lasts until it is revoked or not refreshed for its life time. */
    record Session(
            UUID id,
            @Nullable String address,
            @Nullable String agent,
            Instant createdAt,
            Instant lastSeenAt,
            boolean current) {}

    /** Whether the session is alive, and whether its person may operate the platform. */
    record SessionState(boolean alive, boolean operator) {}

    /** What attempts are counted by: a digest of what it stands for, and how many it takes in a window. */
    record Bucket(String key, int limit, int windowSeconds) {}

    /** Whether an attempt may go on, or how many seconds it should wait. */
    record Attempt(boolean allowed, int retryAfterSeconds) {}

    /** Public keys in JWK form (RFC 7517), the current one first. */
    record SigningKeys(String issuer, String audience, List<SigningKey> keys) {}

    /** One RSA public key; {@code n} and {@code e} are base64url (RFC 7518, section 6.3.1). */
    record SigningKey(String kid, String n, String e) {}

    /** The people that were found. */
    record People(List<PersonName> people) {}

    /** A person as other members see them. */
    record PersonName(UUID id, String name, String email) {}

    /** A person registered. */
    @Needs("platform.people.read")
    record PersonRegistered(@Key UUID personId) implements Event {}

    /** A registration was forgotten: its address was not verified in time. The id is not used again. */
    @Needs("platform.people.read")
    record RegistrationForgotten(@Key UUID personId) implements Event {}

    /** A person proved that the address is theirs. */
    @Needs("platform.people.read")
    record EmailVerified(@Key UUID personId) implements Event {}

    /** A person has a new password. */
    @Needs("platform.people.read")
    record PasswordChanged(@Key UUID personId) implements Event {}

    /** A person signed in. */
    @Needs("platform.people.read")
    record SessionStarted(@Key UUID personId, UUID sessionId) implements Event {}

    /** A session ended: by logout, revocation, a new password or reuse of a refresh token. */
    @Needs("platform.people.read")
    record SessionEnded(@Key UUID personId, UUID sessionId, EndReason reason) implements Event {}

    /** Why a session ended. */
    enum EndReason {
        LOGOUT,
        REVOKED,
        PASSWORD_CHANGED,
        TOKEN_REUSED
    }
}
