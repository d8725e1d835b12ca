package io.vertebra.kernel.mail;

import io.vertebra.kernel.config.Secret;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code mail}: how mails leave.
 *
 * @param mode by SMTP, or into the mailbox that dev shows at {@code /dev/mail}
 * @param host the SMTP server
 * @param user empty without authentication
 * @param from the sender, {@code Name <address>}
 * @param timeout how long one delivery may take
 * @param mailboxMax how many mails the mailbox keeps
 */
public record MailSettings(
        Mode mode,
        @NotBlank String host,
        @Min(1) @Max(65_535) int port,
        Optional<String> user,
        Secret password,
        Tls tls,
        @NotBlank String from,
        Duration timeout,
        @Min(1) int mailboxMax) {
    /** How mails leave. */
    public enum Mode {
        SMTP,
        MAILBOX
    }

    /** How the connection to the SMTP server is encrypted. */
    public enum Tls {
        /** Not at all. */
        OFF,
        /** By STARTTLS when the server offers it. */
        OPTIONAL,
        /** By STARTTLS, or not a byte is sent. */
        REQUIRED,
        /** From the first byte. */
        DIRECT
    }
}
