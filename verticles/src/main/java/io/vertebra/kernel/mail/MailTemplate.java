package io.vertebra.kernel.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A mail with places to fill: the first line is the subject, the rest plain text in paragraphs; {@code {{name}}} is a
 * place. The HTML form is made from the plain one, so that both say the same.
 */
public final class MailTemplate {
    private final String subject;
    private final String text;

    private MailTemplate(String subject, String text) {
        this.subject = subject;
        this.text = text;
    }

    /** Loads a template that lies beside a class. */
    public static MailTemplate load(Class<?> beside, String name) {
        try (InputStream resource = beside.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalArgumentException("no mail template " + name + " beside " + beside);
            }
            return of(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The template that this text is. */
    public static MailTemplate of(String template) {
        var parts = template.split("\\R", 2);
        return new MailTemplate(parts[0].strip(), parts.length == 1 ? "" : parts[1].strip() + "\n");
    }

    /** The mail with every place filled. */
    public Mail mail(String to, Map<String, String> values) {
        var filled = fill(text, values);
        var html = Arrays.stream(filled.strip().split("\\R\\s*\\R"))
                .map(MailTemplate::paragraph)
                .collect(Collectors.joining("\n"));
        var page = "<!doctype html>\n<html lang=\"en\"><body>\n" + html + "\n</body></html>\n";
        return new Mail(to, fill(subject, values), filled, page);
    }

    private static String fill(String template, Map<String, String> values) {
        var filled = template;
        for (var value : values.entrySet()) {
            filled = filled.replace("{{" + value.getKey() + "}}", value.getValue());
        }
        return filled;
    }

    private static String paragraph(String text) {
        var escaped = MailboxPage.escape(text);
        boolean link = text.matches("https?://\\S+");
        return "<p>" + (link ? "<a href=\"" + escaped + "\">" + escaped + "</a>" : escaped) + "</p>";
    }
}
