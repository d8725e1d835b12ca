package io.vertebra.accounts;

import io.vertebra.bus.Caller;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Accounts.EndReason;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The sessions of people: listed, checked, ended. */
final class Sessions {
    private static final int FORGOTTEN_AT_ONCE = 500;

    private static final Duration TOUCHED_AT_MOST = Duration.ofMinutes(1);

    private final Clock clock;
    private final AccountMails mails;

    Sessions(Clock clock, AccountMails mails) {
        this.clock = clock;
        this.mails = mails;
    }

    Future<Page<Accounts.Session>> list(Read read, Accounts.ListSessions request) {
        int limit = Page.limit(request.limit());
        var caller = read.call().caller();
        var after = request.after() == null ? null : Cursor.parse(request.after(), Cursor.last());
        return SessionStore.live(read, caller.id(), caller.sessionId(), clock.instant(), after, limit + 1)
                .map(sessions -> Page.of(sessions, limit, Sessions::cursor));
    }

    Future<Nothing> logout(Work work, Accounts.Logout request) {
        var session = work.call().caller().sessionId();
        return session == null
                ? Future.succeededFuture(Nothing.NOTHING)
                : end(work, session, EndReason.LOGOUT).map(ended -> Nothing.NOTHING);
    }

    Future<Nothing> revoke(Work work, Accounts.RevokeSession request) {
        return end(work, request.sessionId(), EndReason.REVOKED)
                .map(ended -> ended.map(one -> Nothing.NOTHING).orElseThrow(() -> Problem.notFound("session")));
    }

    /** Ends a session whose refresh token was used twice, and tells its person. */
    Future<Nothing> endReused(Work work, Accounts.EndReusedSession request) {
        return end(work, request.sessionId(), EndReason.TOKEN_REUSED).compose(ended -> {
            if (ended.isEmpty()) {
                return Future.succeededFuture(Nothing.NOTHING);
            }
            return AccountsStore.person(work, ended.get().personId())
                    .compose(person ->
                            mails.sessionEnded(work, person.orElseThrow().email()))
                    .map(Nothing.NOTHING);
        });
    }

    Future<Accounts.SessionState> check(Read read, Accounts.CheckSession request) {
        return SessionStore.state(read, request.sessionId(), clock.instant())
                .map(state -> state.orElse(new Accounts.SessionState(false, false)));
    }

    Future<Nothing> touch(Work work, Accounts.TouchSession request) {
        return SessionStore.touch(work, request.sessionId(), TOUCHED_AT_MOST).map(Nothing.NOTHING);
    }

    /** Ends every session of a person, or every one but this; every door learns of it before the change is answered. */
    Future<Void> endAll(Work work, UUID person, @Nullable UUID but, EndReason reason) {
        return SessionStore.endOthers(work, person, but == null ? Caller.NOBODY : but, reason)
                .map(ended -> {
                    ended.forEach(one -> announce(work, one, reason));
                    return null;
                });
    }

    /** Forgets sessions that have been over for so long; a job. */
    static Future<Integer> forget(Run run, Duration kept) {
        return run.drain(FORGOTTEN_AT_ONCE, work -> SessionStore.deleteOld(work, kept, FORGOTTEN_AT_ONCE));
    }

    private static Future<Optional<SessionStore.Ended>> end(Work work, UUID session, EndReason reason) {
        return SessionStore.end(work, session, reason).map(ended -> {
            ended.ifPresent(one -> announce(work, one, reason));
            return ended;
        });
    }

    private static void announce(Work work, SessionStore.Ended ended, EndReason reason) {
        work.touch(ended.id());
        work.emit(new Accounts.SessionEnded(ended.personId(), ended.id(), reason));
    }

    private static String cursor(Accounts.Session session) {
        return Cursor.of(session.lastSeenAt(), session.id()).text();
    }
}
