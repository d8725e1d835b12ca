package io.vertebra.accounts;

import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.mail.MailQueue;
import io.vertebra.kernel.mail.MailTemplate;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * The mails of accounts. None repeats what somebody typed, so that nobody sends their words in our name; tokens stand
 * in the fragment of a link, which browsers keep to themselves.
 */
final class AccountMails {
    private final MailQueue queue;
    private final String product;
    private final String origin;
    private final AccountsSettings settings;
    private final MailTemplate verify = MailTemplate.load(AccountMails.class, "mails/verify.txt");
    private final MailTemplate known = MailTemplate.load(AccountMails.class, "mails/known.txt");
    private final MailTemplate reset = MailTemplate.load(AccountMails.class, "mails/reset.txt");
    private final MailTemplate changed = MailTemplate.load(AccountMails.class, "mails/changed.txt");
    private final MailTemplate ended = MailTemplate.load(AccountMails.class, "mails/ended.txt");

    AccountMails(MailQueue queue, String product, URI origin, AccountsSettings settings) {
        this.queue = queue;
        this.product = product;
        this.origin = origin.toString();
        this.settings = settings;
    }

    Future<Void> verify(Work work, String email, String token) {
        return put(work, verify, email, "/verify-email#token=" + token, settings.verifyLinkLifetime());
    }

    Future<Void> alreadyRegistered(Work work, String email) {
        return put(work, known, email, "/sign-in", Duration.ZERO);
    }

    Future<Void> reset(Work work, String email, String token) {
        return put(work, reset, email, "/reset-password#token=" + token, settings.resetLinkLifetime());
    }

    Future<Void> passwordChanged(Work work, String email) {
        return put(work, changed, email, "/forgot-password", Duration.ZERO);
    }

    Future<Void> sessionEnded(Work work, String email) {
        return put(work, ended, email, "/me/sessions", Duration.ZERO);
    }

    private Future<Void> put(Work work, MailTemplate template, String email, String path, Duration lifetime) {
        var values = Map.of("product", product, "link", origin + path, "hours", Long.toString(lifetime.toHours()));
        return queue.put(work, template.mail(email, values));
    }
}
