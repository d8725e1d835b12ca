package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code mail}; each key is documented in {@code conf/vertebra.yaml}. */
public record MailSettings(
        Mode mode,
        @NotBlank String host,
        @Min(1) @Max(65535) int port,
        String user,
        Secret password,
        Tls tls,
        @NotBlank String from,
        @DurationMin(millis = 100) Duration timeout,
        @Min(1) @Max(10000) int mailboxMax) {

    /** Where mails go. */
    public enum Mode {
        /** To a mail server. */
        SMTP,
        /** Into memory, for the mailbox page. */
        MAILBOX
    }

    /** How the connection to the mail server is protected. */
    public enum Tls {
        OFF,
        OPTIONAL,
        REQUIRED,
        DIRECT
    }
}
