package io.vertebra.kernel.mail;

import java.util.List;
import java.util.stream.Collectors;

/** The page that shows the mailbox; works without script and with a policy that allows none. */
public final class MailboxPage {
    /** The content security policy to serve the page with. */
    public static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    private static final String STYLE = "body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;"
            + "padding:0 1rem;color-scheme:light dark}article{border-top:1px solid;padding:1rem 0}"
            + "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}";

    private MailboxPage() {}

    /** The page as HTML. */
    public static String html(List<Mailbox.Kept> mails) {
        var list = mails.isEmpty()
                ? "<p>No mail was sent yet.</p>"
                : mails.stream().map(MailboxPage::article).collect(Collectors.joining("\n"));
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Mailbox</title>
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <style>%s</style></head>
                <body><main><h1>Mailbox</h1>
                <p>What was sent since the start, the newest first. Reload to see more.</p>
                %s
                </main></body></html>
                """.formatted(STYLE, list);
    }

    private static String article(Mailbox.Kept kept) {
        var mail = kept.mail();
        return "<article><h2>%s</h2><p>To %s, <time>%s</time></p><pre>%s</pre></article>"
                .formatted(escape(mail.subject()), escape(mail.to()), kept.at(), linked(escape(mail.text())));
    }

    private static String linked(String escaped) {
        return escaped.replaceAll("(https?://\\S+)", "<a href=\"$1\">$1</a>");
    }

    /** Text as it may stand in HTML, in an attribute too. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
