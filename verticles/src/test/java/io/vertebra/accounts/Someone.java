package io.vertebra.accounts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertebra.kernel.mail.Mail;
import io.vertebra.kernel.mail.Mailbox;
import io.vertebra.testing.Api;
import io.vertebra.testing.TestPlatform;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A person at the door of a test's platform. */
record Someone(TestPlatform on, String email, String password) {
    static final String PASSWORD = "a tin cup of rain";
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Pattern TOKEN = Pattern.compile("#token=(\\S+)");
    private static final long MAIL_SECONDS_MAX = 20;

    /** Somebody new, not registered yet. */
    static Someone fresh(TestPlatform on) {
        return new Someone(on, "someone" + COUNT.incrementAndGet() + "@example.org", PASSWORD);
    }

    /** Somebody who registered. */
    static Someone registered(TestPlatform on) {
        var someone = fresh(on);
        someone.register().expect(200);
        return someone;
    }

    Someone with(String otherPassword) {
        return new Someone(on, email, otherPassword);
    }

    Api.Answer register() {
        return post("/v1/auth/register", "email", email, "password", password, "name", "Some One");
    }

    Api.Answer login() {
        return post("/v1/auth/login", "email", email, "password", password);
    }

    Api.Answer refresh(String token) {
        return post("/v1/auth/refresh", "refreshToken", token);
    }

    Api.Answer post(String path, String... fields) {
        return on.api().post(path, json(fields)).send();
    }

    static String json(String... fields) {
        var json = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < fields.length; i += 2) {
            json.put(fields[i], fields[i + 1]);
        }
        return json.toString();
    }

    /** The mails to this person, the newest first. */
    List<Mail> mails() {
        return ((Mailbox) on.platform().postman())
                .list().stream()
                        .map(Mailbox.Kept::mail)
                        .filter(mail -> mail.to().equals(email))
                        .toList();
    }

    /** The newest mail, once there are this many. */
    Mail mail(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAIL_SECONDS_MAX);
        while (mails().size() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Only " + mails().size() + " mails came to " + email);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return mails().getFirst();
    }

    /** The token of the newest mail, once there are this many. */
    String mailedToken(int count) {
        var matcher = TOKEN.matcher(mail(count).text());
        if (!matcher.find()) {
            throw new AssertionError("No token in " + mail(count).subject());
        }
        return matcher.group(1);
    }
}
