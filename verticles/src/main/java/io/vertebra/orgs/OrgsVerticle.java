package io.vertebra.orgs;

import io.vertebra.bus.Problem;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.mail.MailQueue;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import java.time.Duration;

/** Orgs, their members, invitations and projects. */
public final class OrgsVerticle extends Domain {
    private static final Duration MAIL_PAUSE = Duration.ofSeconds(1);

    @Override
    public Class<?> contract() {
        return Orgs.class;
    }

    @Override
    protected void open(Wiring on) {
        var companies = new Companies();
        var members = new Members(on.bus());
        var projects = new Projects();
        /* An org may go while something of it is made. */
        on.constraint("memberships_org_fkey", Problem.notFound("org"))
                .constraint("invitations_org_fkey", Problem.notFound("org"));
        on.asks(Accounts.FindPeople.class)
                .ask(Orgs.CreateOrg.class, companies::create)
                .read(Orgs.GetOrg.class, companies::get)
                .ask(Orgs.ChangeOrg.class, companies::change)
                .ask(Orgs.DeleteOrg.class, companies::delete)
                .read(Orgs.ListMyOrgs.class, companies::listMine)
                .read(Orgs.ListMembers.class, members::list)
                .ask(Orgs.ChangeMember.class, members::prepareChange, members::change)
                .ask(Orgs.RemoveMember.class, members::remove)
                .ask(Orgs.LeaveOrg.class, members::leave)
                .read(Orgs.FindMembership.class, members::find)
                .ask(Orgs.CreateProject.class, projects::create)
                .read(Orgs.ListProjects.class, projects::list)
                .read(Orgs.GetProject.class, projects::get)
                .ask(Orgs.ChangeProject.class, projects::change)
                .ask(Orgs.DeleteProject.class, projects::delete)
                .every("sweep-projects", Schedule.cron("17 3 * * *"), projects::sweep);
        invitations(on);
    }

    private static void invitations(Wiring on) {
        var mails = new MailQueue("orgs", on.key("mails"), on.postman(), on.meters());
        var words = new InvitationMail(on.appName(), on.publicUrl().toString());
        var settings = on.config(OrgsSettings.class);
        var perHour = settings.invitationsPerAddressPerHour();
        var invitations = new Invitations(on.bus(), mails, words, perHour, on.clock());
        on.asks(Accounts.CountAttempt.class)
                .ask(Orgs.Invite.class, invitations::prepare, invitations::invite)
                .read(Orgs.ListInvitations.class, invitations::list)
                .ask(Orgs.RevokeInvitation.class, invitations::revoke)
                .ask(Orgs.AcceptInvitation.class, invitations::accept)
                .every("send-mails", Schedule.each(MAIL_PAUSE), mails::send)
                .every(
                        "sweep-mails",
                        Schedule.cron("37 3 * * *"),
                        run -> mails.forgetParked(run, settings.parkedMailRetention()))
                .every("sweep-invitations", Schedule.cron("27 3 * * *"), invitations::sweep);
    }
}
