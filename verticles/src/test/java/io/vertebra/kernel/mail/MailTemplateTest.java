package io.vertebra.kernel.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailTemplateTest {
    @Test
    void both_forms_say_the_same_and_the_html_form_is_escaped() {
        var template = MailTemplate.of("About {{thing}}\n\nHello,\n\nsee {{thing}}.\n\n{{link}}\n");
        var mail = template.mail("ada@example.org", Map.of("thing", "<b>tea</b>", "link", "https://x.test/a#b=c&d"));
        assertThat(mail.subject()).isEqualTo("About <b>tea</b>");
        assertThat(mail.text()).isEqualTo("Hello,\n\nsee <b>tea</b>.\n\nhttps://x.test/a#b=c&d\n");
        assertThat(mail.html())
                .contains("<p>see &lt;b&gt;tea&lt;/b&gt;.</p>")
                .contains("<a href=\"https://x.test/a#b=c&amp;d\">");
    }

    @Test
    void no_header_can_be_smuggled_in() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Mail("a@b.c\r\nBcc: d@e.f", "s", "t", "h"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Mail("a@b.c", "s\nX: y", "t", "h"));
    }

    @Test
    void the_mailbox_page_shows_mails_harmless() {
        var mailbox = new Mailbox(Clock.systemUTC(), 2);
        List.of("one", "two", "<script>three</script>")
                .forEach(subject -> mailbox.send(new Mail("a@b.c", subject, "https://x.test/#token=abc", "")));
        var page = MailboxPage.html(mailbox.list());
        assertThat(mailbox.list()).hasSize(2);
        assertThat(page)
                .contains("&lt;script&gt;three&lt;/script&gt;", "<a href=\"https://x.test/#token=abc\">", "lang=\"en\"")
                .doesNotContain("<script", ">one<");
    }
}
