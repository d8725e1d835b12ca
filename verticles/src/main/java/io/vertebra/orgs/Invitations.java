package io.vertebra.orgs;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Accounts.PersonName;
import io.vertebra.contract.Orgs.AcceptInvitation;
import io.vertebra.contract.Orgs.Invitation;
import io.vertebra.contract.Orgs.InvitationRevoked;
import io.vertebra.contract.Orgs.Invite;
import io.vertebra.contract.Orgs.Joined;
import io.vertebra.contract.Orgs.ListInvitations;
import io.vertebra.contract.Orgs.MemberInvited;
import io.vertebra.contract.Orgs.MemberJoined;
import io.vertebra.contract.Orgs.Refusal;
import io.vertebra.contract.Orgs.RevokeInvitation;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.mail.MailQueue;
import io.vertebra.kernel.secrets.Digests;
import io.vertebra.orgs.InvitationStore.Opened;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Invitations: from the mail that carries the token to the membership that it opens. */
final class Invitations {
    private static final Duration LIFE = Duration.ofDays(7);
    private static final int OPEN_MAX = 200;
    private static final int HOUR_SECONDS = 3_600;
    private static final String SOMEBODY = "Somebody";

    private final Bus bus;
    private final MailQueue mails;
    private final InvitationMail words;
    private final int perAddressPerHour;
    private final Clock clock;

    Invitations(Bus bus, MailQueue mails, InvitationMail words, int perAddressPerHour, Clock clock) {
        this.bus = bus;
        this.mails = mails;
        this.words = words;
        this.perAddressPerHour = perAddressPerHour;
        this.clock = clock;
    }

    /** Counts the mail and finds the name of the person who invites, before the transaction opens. */
    Future<String> prepare(Read read, Invite request) {
        return countMail(read, address(request))
                .compose(counted -> bus.ask(
                        read.call(),
                        new Accounts.FindPeople(List.of(read.call().caller().id()))))
                .map(found -> found.people().stream()
                        .map(PersonName::name)
                        .findFirst()
                        .orElse(SOMEBODY));
    }

    /** However many orgs and members invite an address, its mailbox is not flooded in our name. */
    private Future<Void> countMail(Read read, String address) {
        var bucket = new Accounts.Bucket("invitation:" + Digests.word(address), perAddressPerHour, HOUR_SECONDS);
        return bus.ask(read.call(), new Accounts.CountAttempt(List.of(bucket)))
                .compose(attempt -> attempt.allowed()
                        ? Future.succeededFuture()
                        : Future.failedFuture(Problem.of(
                                        Problems.QUOTA_EXCEEDED,
                                        "This address was invited too often; wait " + attempt.retryAfterSeconds()
                                                + " seconds.")
                                .with("retryAfter", attempt.retryAfterSeconds())));
    }

    private static String address(Invite request) {
        return request.email().strip().toLowerCase(Locale.ROOT);
    }

    Future<Invitation> invite(Work work, Invite request, String inviter) {
        var caller = work.call().caller();
        var token = InvitationToken.create();
        var invitation = new Invitation(
                work.newId(),
                address(request),
                request.role(),
                caller.id(),
                now(work),
                now(work).plus(LIFE));
        return Members.mayChange(caller, request.role(), request.role())
                .compose(may -> CompanyStore.find(work, request.orgId()))
                .compose(Companies::orMissing)
                .compose(org -> InvitationStore.others(work, org.id(), invitation.email())
                        .compose(open -> open < OPEN_MAX ? Future.succeededFuture(org) : tooMany()))
                .compose(org -> InvitationStore.replace(
                                work, org.id(), invitation, InvitationToken.hash(token), Members.isOwner(caller))
                        .compose(Invitations::orOwnersOnly)
                        .compose(stored -> mails.put(work, words.to(stored, token, org.name(), inviter))
                                .map(stored)))
                .map(stored -> {
                    work.target("invitationId:" + stored.id());
                    work.emit(new MemberInvited(request.orgId(), stored.id(), stored.role()));
                    return stored;
                });
    }

    /** What makes an owner is replaced by owners only, as only they give it. */
    private static Future<Invitation> orOwnersOnly(Optional<Invitation> replaced) {
        return replaced.map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(Problem.of(
                        Refusal.OWNERS_ONLY,
                        "An owner invited this address to become an owner; let one change that.")));
    }

    Future<Page<Invitation>> list(Read read, ListInvitations request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.last());
        return InvitationStore.list(read, request.orgId(), after, clock.instant(), limit + 1)
                .map(open -> Page.of(open, limit, one -> Cursor.of(one.id()).text()));
    }

    /** Only owners take back what makes an owner, as only they give it. */
    Future<Nothing> revoke(Work work, RevokeInvitation request) {
        return InvitationStore.find(work, request.orgId(), request.invitationId())
                .compose(found -> found.map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(Problem.notFound("invitation"))))
                .compose(found -> Members.mayChange(work.call().caller(), found.role(), found.role()))
                .compose(may -> InvitationStore.delete(work, request.orgId(), request.invitationId()))
                .map(gone -> {
                    work.emit(new InvitationRevoked(request.orgId(), request.invitationId()));
                    return Nothing.NOTHING;
                });
    }

    /** Whoever holds the token was reached by the mail: the address of the account need not be the invited one. */
    Future<Joined> accept(Work work, AcceptInvitation request) {
        return InvitationStore.open(work, InvitationToken.hash(request.token()))
                .compose(found -> found.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(invalid())))
                .compose(opened -> join(work, opened));
    }

    private static Future<Joined> join(Work work, Opened opened) {
        var person = work.call().caller().id();
        return MemberStore.insert(work, opened.orgId(), person, opened.role())
                .compose(joined -> joined
                        ? InvitationStore.delete(work, opened.orgId(), opened.id())
                        : Future.failedFuture(Problem.of(Refusal.ALREADY_MEMBER, "You belong to this org already.")))
                .map(deleted -> {
                    work.target("personId:" + person);
                    work.touch(person);
                    work.emit(new MemberJoined(opened.orgId(), person, opened.role()));
                    return new Joined(opened.orgId(), opened.name(), opened.slug(), opened.role(), now(work));
                });
    }

    /** Removes invitations that expired a while ago. */
    Future<Integer> sweep(Run run) {
        return run.inWork(work -> InvitationStore.sweep(work, work.now().minus(LIFE)));
    }

    /** The time as the database keeps it. */
    private static Instant now(Work work) {
        return work.now().truncatedTo(ChronoUnit.MICROS);
    }

    private static <T> Future<T> tooMany() {
        return Future.failedFuture(Problem.of(
                Refusal.TOO_MANY_INVITATIONS, OPEN_MAX + " invitations of this org are open; take some back first."));
    }

    private static Problem invalid() {
        return Problem.of(Refusal.INVITATION_INVALID, "No open invitation has this token.")
                .at("/token", "does not work or works no more");
    }
}
