package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import io.vertebra.kernel.module.Platform;
import io.vertebra.testing.TestClock;
import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** From a registration to a real SMTP server, which is away at first. */
class MailDeliveryTest {
    private static final Pattern TOKEN = Pattern.compile("#token=([A-Za-z0-9_-]+)");

    @Test
    void a_mail_waits_sealed_until_the_server_is_back_and_then_goes_out_once() throws Exception {
        int port = freePort();
        var clock = new TestClock();
        var settings = Map.of(
                "mail.mode", "smtp", "mail.host", "127.0.0.1", "mail.port", Integer.toString(port), "mail.tls", "off");
        var server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        try (var on = TestPlatform.start(settings, clock, Set.of(Platform.ALL))) {
            var someone = Someone.registered(on);
            Stored.await(on, "SELECT 1 FROM accounts.mails WHERE attempts = 1 AND error IS NOT NULL");
            var kept = Stored.text(on, "SELECT encode(sealed, 'escape') FROM accounts.mails");
            assertThat(kept).doesNotContain("token", "example");

            server.start();
            clock.pass(Duration.ofSeconds(31));
            assertThat(server.waitForIncomingEmail(20_000, 1)).isTrue();
            Stored.await(on, "SELECT 1 WHERE NOT EXISTS (SELECT FROM accounts.mails)");

            assertThat(server.getReceivedMessages()).hasSize(1);
            var mail = server.getReceivedMessages()[0];
            assertThat(mail.getAllRecipients()[0]).hasToString(someone.email());
            var token = TOKEN.matcher(
                    GreenMailUtil.getBody(mail).replace("=\r\n", "").replace("=3D", "="));
            assertThat(token.find()).isTrue();
            on.api()
                    .post("/v1/auth/email/verify", Someone.json("token", token.group(1)))
                    .send()
                    .expect(204);
        } finally {
            server.stop();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
