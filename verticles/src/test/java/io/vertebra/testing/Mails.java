package io.vertebra.testing;

import static io.vertebra.testing.Await.await;

import io.vertebra.kernel.mail.Mail;
import io.vertebra.kernel.mail.Mailbox;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The mails that a platform sent. */
public final class Mails {
    private static final int LOOKS_MAX = 200;
    private static final int PAUSE_MS = 50;

    private Mails() {}

    /** The newest mail to this address whose subject begins so, once it has come. */
    public static Mail to(TestPlatform platform, String address, String subject) {
        return to(List.of(platform), address, subject);
    }

    /** The same of nodes that share a database: any of them may send it. */
    public static Mail to(List<TestPlatform> nodes, String address, String subject) {
        for (int look = 0; look < LOOKS_MAX; look++) {
            var found = nodes.stream()
                    .flatMap(node -> newest(node, address, subject).stream())
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            await(nodes.getFirst().platform().vertx().timer(PAUSE_MS, TimeUnit.MILLISECONDS));
        }
        throw new AssertionError("No mail `" + subject + "` came to " + address);
    }

    /** The newest mail to this address whose subject begins so, if one has come. */
    public static Optional<Mail> newest(TestPlatform platform, String address, String subject) {
        return ((Mailbox) platform.platform().postman())
                .list().stream()
                        .map(Mailbox.Kept::mail)
                        .filter(mail ->
                                mail.to().equals(address) && mail.subject().startsWith(subject))
                        .findFirst();
    }
}
