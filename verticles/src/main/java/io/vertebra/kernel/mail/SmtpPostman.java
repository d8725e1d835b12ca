package io.vertebra.kernel.mail;

import io.vertebra.kernel.config.MailSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.StartTLSOptions;
import java.util.concurrent.TimeUnit;

/** Hands mails to an SMTP server. */
final class SmtpPostman implements Postman {
    private static final int CONNECTIONS_MAX = 8;

    private final MailClient client;
    private final String from;
    private final long timeoutMs;

    SmtpPostman(Vertx vertx, MailSettings settings) {
        var config = new MailConfig()
                .setHostname(settings.host())
                .setPort(settings.port())
                .setMaxPoolSize(CONNECTIONS_MAX)
                .setSsl(settings.tls() == MailSettings.Tls.DIRECT)
                .setStarttls(starttls(settings.tls()))
                .setLogin(settings.user().isEmpty() ? LoginOption.DISABLED : LoginOption.REQUIRED);
        if (settings.tls() == MailSettings.Tls.DIRECT || settings.tls() == MailSettings.Tls.REQUIRED) {
            config.setHostnameVerificationAlgorithm("HTTPS");
        }
        if (!settings.user().isEmpty()) {
            config.setUsername(settings.user()).setPassword(settings.password().reveal());
        }
        this.client = MailClient.create(vertx, config);
        this.from = settings.from();
        this.timeoutMs = settings.timeout().toMillis();
    }

    @Override
    public Future<Void> send(Mail mail) {
        var message = new MailMessage()
                .setFrom(from)
                .setTo(mail.to())
                .setSubject(mail.subject())
                .setText(mail.text())
                .setHtml(mail.html())
                .addHeader("Auto-Submitted", "auto-generated");
        return client.sendMail(message)
                .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                .mapEmpty();
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }

    private static StartTLSOptions starttls(MailSettings.Tls tls) {
        return switch (tls) {
            case OFF, DIRECT -> StartTLSOptions.DISABLED;
            case OPTIONAL -> StartTLSOptions.OPTIONAL;
            case REQUIRED -> StartTLSOptions.REQUIRED;
        };
    }
}
