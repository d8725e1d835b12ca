package io.vertebra.kernel.mail;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Keeps the latest mails in memory instead of sending them, for dev and tests. Safe for many threads. */
public final class Mailbox implements Postman {
    private final Clock clock;
    private final int keptMax;
    private final Deque<Kept> kept = new ArrayDeque<>();

    /** An empty mailbox. */
    public Mailbox(Clock clock, int keptMax) {
        this.clock = clock;
        this.keptMax = keptMax;
    }

    @Override
    public Future<Void> send(Mail mail) {
        synchronized (kept) {
            kept.addFirst(new Kept(clock.instant(), mail));
            if (kept.size() > keptMax) {
                kept.removeLast();
            }
        }
        return Future.succeededFuture();
    }

    /** The mails that are kept, the newest first. */
    public List<Kept> list() {
        synchronized (kept) {
            return List.copyOf(kept);
        }
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    /** A mail, and when it came. */
    public record Kept(Instant at, Mail mail) {}
}
