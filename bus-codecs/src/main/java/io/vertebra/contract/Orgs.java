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
import io.vertebra.bus.ProblemType;
import io.vertebra.bus.Request;
import io.vertebra.bus.Secret;
import io.vertebra.bus.SignedIn;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Companies (orgs), their projects, members and invitations. */
public sealed interface Orgs<R> extends Request<R> {

    /** What a slug looks like: lower-case letters, digits and single dashes, 2 to 40 characters. */
    String SLUG = "[a-z0-9](?:-?[a-z0-9]){1,39}";

    /** Creates an org; the caller becomes its owner in the same transaction. */
    @Post("/v1/orgs")
    @SignedIn
    record CreateOrg(
            @NotBlank @Size(max = 100) String name,
            @Nullable @Pattern(regexp = SLUG) String slug) implements Orgs<Org> {}

    /** One org. */
    @Get("/v1/orgs/{orgId}")
    @Needs("orgs.org.read")
    record GetOrg(UUID orgId) implements Orgs<Org> {}

    /** Changes an org. */
    @Patch("/v1/orgs/{orgId}")
    @Needs("orgs.org.write")
    record ChangeOrg(
            UUID orgId, Change<@Size(min = 1, max = 100) String> name, Change<@Pattern(regexp = SLUG) String> slug)
            implements Orgs<Org> {}

    /** Deletes an org with its projects, memberships and invitations; its audit records stay. */
    @Delete("/v1/orgs/{orgId}")
    @Needs("orgs.org.admin")
    record DeleteOrg(UUID orgId) implements Orgs<Nothing> {}

    /** The orgs that the signed-in person is a member of, by name. */
    @Get("/v1/me/orgs")
    @SignedIn
    record ListMyOrgs(@Nullable Integer limit, @Nullable String after) implements Orgs<Page<MyOrg>> {}

    /** The members of an org, the longest standing first. */
    @Get("/v1/orgs/{orgId}/members")
    @Needs("orgs.members.read")
    record ListMembers(
            UUID orgId, @Nullable Integer limit, @Nullable String after) implements Orgs<Page<Member>> {}

    /** Gives a member another role. The last owner keeps theirs. */
    @Patch("/v1/orgs/{orgId}/members/{personId}")
    @Needs("orgs.members.write")
    record ChangeMember(UUID orgId, UUID personId, @NotNull Role role) implements Orgs<Member> {}

    /** Takes a member out of an org. The last owner stays. */
    @Delete("/v1/orgs/{orgId}/members/{personId}")
    @Needs("orgs.members.write")
    record RemoveMember(UUID orgId, UUID personId) implements Orgs<Nothing> {}

    /** Leaves an org oneself. The last owner cannot. */
    @Delete("/v1/me/orgs/{membershipOrgId}")
    @SignedIn
    record LeaveOrg(UUID membershipOrgId) implements Orgs<Nothing> {}

    /** Invites an address; it gets a mail with a link. A second invitation of the same address replaces the first. */
    @Post("/v1/orgs/{orgId}/invitations")
    @Needs("orgs.members.write")
    record Invite(
            UUID orgId,
            @NotBlank @Email @Size(max = 254) String email,
            @NotNull Role role) implements Orgs<Invitation> {}

    /** The open invitations of an org, the newest first. */
    @Get("/v1/orgs/{orgId}/invitations")
    @Needs("orgs.members.read")
    record ListInvitations(
            UUID orgId, @Nullable Integer limit, @Nullable String after) implements Orgs<Page<Invitation>> {}

    /** Takes an invitation back. */
    @Delete("/v1/orgs/{orgId}/invitations/{invitationId}")
    @Needs("orgs.members.write")
    record RevokeInvitation(UUID orgId, UUID invitationId) implements Orgs<Nothing> {}

    /** Accepts an invitation with the token from the mail; the signed-in person becomes a member. */
    @Post("/v1/invitations/accept")
    @SignedIn
    record AcceptInvitation(
            @NotBlank @Size(max = 200) @Secret String token) implements Orgs<Joined> {}

    /** Creates a project. */
    @Post("/v1/orgs/{orgId}/projects")
    @Needs("orgs.projects.write")
    record CreateProject(
            UUID orgId,
            @NotBlank @Size(max = 100) String name,
            @Nullable @Pattern(regexp = SLUG) String slug,
            @Nullable @Size(max = 1000) String description)
            implements Orgs<Project> {}

    /** The projects of an org, the newest first. */
    @Get("/v1/orgs/{orgId}/projects")
    @Needs("orgs.projects.read")
    record ListProjects(
            UUID orgId, @Nullable Integer limit, @Nullable String after) implements Orgs<Page<Project>> {}

    /** One project. */
    @Get("/v1/orgs/{orgId}/projects/{projectId}")
    @Needs("orgs.projects.read")
    record GetProject(UUID orgId, UUID projectId) implements Orgs<Project> {}

    /** Changes a project. */
    @Patch("/v1/orgs/{orgId}/projects/{projectId}")
    @Needs("orgs.projects.write")
    record ChangeProject(
            UUID orgId,
            UUID projectId,
            Change<@Size(min = 1, max = 100) String> name,
            Change<@Pattern(regexp = SLUG) String> slug,
            Change<@Size(max = 1000) String> description)
            implements Orgs<Project> {}

    /** Deletes a project. */
    @Delete("/v1/orgs/{orgId}/projects/{projectId}")
    @Needs("orgs.projects.admin")
    record DeleteProject(UUID orgId, UUID projectId) implements Orgs<Nothing> {}

    /** The role of a principal in an org, for the permission resolver. */
    @Internal
    @Needs("orgs.memberships.read")
    record FindMembership(UUID orgId, UUID personId) implements Orgs<Membership> {}

    /** The built-in roles; `access` says which permissions each bundles. */
    enum Role {
        OWNER,
        ADMIN,
        MEMBER,
        VIEWER,
        BILLING
    }

    /** An org. */
    record Org(UUID id, String name, String slug, Instant createdAt, Instant updatedAt, long version) {}

    /** An org as one of its members sees it in their list. */
    record MyOrg(UUID id, String name, String slug, Role role, Instant joinedAt) {}

    /** What the person who accepted an invitation belongs to now. */
    record Joined(UUID orgId, String name, String slug, Role role, Instant joinedAt) {}

    /** A member of an org. */
    record Member(UUID personId, String name, String email, Role role, Instant joinedAt) {}

    /** An invitation that waits to be accepted; its token travels only in the mail. */
    record Invitation(UUID id, String email, Role role, UUID invitedBy, Instant createdAt, Instant expiresAt) {}

    /** A project of an org. */
    record Project(
            UUID id,
            UUID orgId,
            String name,
            String slug,
            @Nullable String description,
            Instant createdAt,
            Instant updatedAt,
            long version) {}

    /** The role of a principal; null without a membership. */
    record Membership(@Nullable Role role) {}

    /** An org was created. */
    @Needs("orgs.org.read")
    record OrgCreated(@Key UUID orgId, String name) implements Event {}

    /** An org was changed. */
    @Needs("orgs.org.read")
    record OrgChanged(@Key UUID orgId, String name, String slug) implements Event {}

    /** An org was deleted. */
    @Needs("orgs.org.read")
    record OrgDeleted(@Key UUID orgId) implements Event {}

    /** A person became a member. */
    @Needs("orgs.members.read")
    record MemberJoined(UUID orgId, @Key UUID personId, Role role) implements Event {}

    /** A member has another role. */
    @Needs("orgs.members.read")
    record MemberChanged(UUID orgId, @Key UUID personId, Role role) implements Event {}

    /** A person is no longer a member. */
    @Needs("orgs.members.read")
    record MemberLeft(UUID orgId, @Key UUID personId) implements Event {}

    /** An address was invited. */
    @Needs("orgs.members.read")
    record MemberInvited(UUID orgId, @Key UUID invitationId, Role role) implements Event {}

    /** An invitation was taken back. */
    @Needs("orgs.members.read")
    record InvitationRevoked(UUID orgId, @Key UUID invitationId) implements Event {}

    /** A project was created. */
    @Needs("orgs.projects.read")
    record ProjectCreated(UUID orgId, @Key UUID projectId, String name) implements Event {}

    /** A project was changed. */
    @Needs("orgs.projects.read")
    record ProjectChanged(UUID orgId, @Key UUID projectId, String name) implements Event {}

    /** A project was deleted. */
    @Needs("orgs.projects.read")
    record ProjectDeleted(UUID orgId, @Key UUID projectId) implements Event {}

    /** What can go wrong with orgs and nowhere else. */
    enum Refusal implements ProblemType {
        SLUG_TAKEN(409, "The slug is taken", "Another one has this slug. Choose another, or leave it out to get one."),
        LAST_OWNER(409, "An org keeps an owner", "Make somebody else an owner first, or delete the org."),
        OWNERS_ONLY(403, "Only owners do this", "Only an owner makes, changes or removes an owner. Ask one."),
        TOO_MANY_INVITATIONS(409, "Too many open invitations", "Take some back, or wait until they are accepted."),
        ALREADY_MEMBER(409, "Already a member", "The person is a member of this org; the invitation stays open."),
        INVITATION_INVALID(422, "The invitation does not work", "It was used, taken back or replaced, or it expired.");

        private final About about;

        Refusal(int status, String title, String meaning) {
            this.about = new About(status, title, meaning);
        }

        @Override
        public About about() {
            return about;
        }
    }
}
