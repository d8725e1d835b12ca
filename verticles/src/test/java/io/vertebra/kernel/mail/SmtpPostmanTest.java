package io.vertebra.kernel.mail;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import io.vertebra.kernel.config.MailSettings;
import io.vertebra.kernel.config.Secret;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real SMTP server. */
class SmtpPostmanTest {
    private static final Mail MAIL = new Mail("ada@example.org", "Grüße", "Hello Ada", "<p>Hello Ada</p>");

    private Vertx vertx;
    private GreenMail server;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
    }

    @AfterEach
    void close() {
        server.stop();
        await(vertx.close());
    }

    private Postman postman(int port, String user, String password) {
        var settings = new MailSettings(
                MailSettings.Mode.SMTP,
                "127.0.0.1",
                port,
                user,
                Secret.of(password),
                MailSettings.Tls.OFF,
                "Vertebra <no-reply@example.org>",
                Duration.ofSeconds(5),
                10);
        return Postman.of(vertx, settings, Clock.systemUTC());
    }

    @Test
    void a_mail_arrives_with_both_forms() throws Exception {
        var postman = postman(server.getSmtp().getPort(), "", "");
        await(postman.send(MAIL));
        assertThat(server.waitForIncomingEmail(5_000, 1)).isTrue();
        var received = server.getReceivedMessages()[0];
        assertThat(received.getSubject()).isEqualTo("Grüße");
        assertThat(received.getFrom()[0]).hasToString("Vertebra <no-reply@example.org>");
        assertThat(received.getAllRecipients()[0]).hasToString("ada@example.org");
        assertThat(received.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(GreenMailUtil.getBody(received)).contains("Hello Ada", "<p>Hello Ada</p>");
        await(postman.close());
    }

    @Test
    void a_wrong_password_and_a_missing_server_fail() {
        server.setUser("mailer", "right");
        int port = server.getSmtp().getPort();
        assertThat(failure(postman(port, "mailer", "wrong").send(MAIL))).isNotNull();
        await(postman(port, "mailer", "right").send(MAIL));
        server.stop();
        assertThat(failure(postman(port, "", "").send(MAIL))).isNotNull();
    }
}
