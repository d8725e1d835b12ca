package io.vertebra.kernel.mail;

import io.vertebra.kernel.config.MailSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;

/** Brings mails on their way. */
public sealed interface Postman permits SmtpPostman, Mailbox {
    /** Hands a mail over; fails when it was not taken. */
    Future<Void> send(Mail mail);

    /** Ends connections. */
    Future<Void> close();

    /** The postman that the configuration names: SMTP, or in dev the mailbox. */
    static Postman of(Vertx vertx, MailSettings settings, Clock clock) {
        return switch (settings.mode()) {
            case SMTP -> new SmtpPostman(vertx, settings);
            case MAILBOX -> new Mailbox(clock, settings.mailboxMax());
        };
    }
}
