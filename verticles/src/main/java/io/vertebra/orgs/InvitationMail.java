package io.vertebra.orgs;

import io.vertebra.contract.Orgs.Invitation;
import io.vertebra.kernel.mail.Mail;
import io.vertebra.kernel.mail.MailboxPage;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The words of an invitation.
 *
 * @param product the name that people know the platform by
 * @param origin the address that links begin with
 */
record InvitationMail(String product, String origin) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** The token stands in the fragment, which browsers send to no server. */
    Mail to(Invitation invitation, String token, String org, String inviter) {
        var link = origin + "/accept-invitation#token=" + token;
        var text = """
            %s invites you to %s on %s, as %s.

            Accept the invitation: %s

            The link works once, until %s. If you did not expect this mail, do nothing.
            """.formatted(
                        plain(inviter),
                        plain(org),
                        product,
                        Rows.label(invitation.role()),
                        link,
                        DAY.format(invitation.expiresAt()));
        var html = "<p>" + MailboxPage.escape(text).replace("\n\n", "</p><p>").replace(link, anchor(link)) + "</p>";
        return new Mail(invitation.email(), "Invitation to " + plain(org), text, html);
    }

    private static String anchor(String link) {
        return "<a href=\"" + link + "\">" + link + "</a>";
    }

    /** Names are other people's words: no line of them may look like one of ours. */
    private static String plain(String name) {
        return name.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", " ").strip();
    }
}
