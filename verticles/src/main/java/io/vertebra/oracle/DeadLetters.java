package io.vertebra.oracle;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.contract.Oracle.DeadLetter;
import io.vertebra.contract.Oracle.DeadLetterDiscarded;
import io.vertebra.contract.Oracle.DeadLetterRetried;
import io.vertebra.contract.Oracle.DiscardDeadLetter;
import io.vertebra.contract.Oracle.GetDeadLetter;
import io.vertebra.contract.Oracle.ListDeadLetters;
import io.vertebra.contract.Oracle.RetryDeadLetter;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.ReadersAdmin;
import io.vertx.core.Future;

/** Events that readers could not apply. */
final class DeadLetters {
    private final ReadersAdmin readers = new ReadersAdmin();

    Future<Page<DeadLetter>> list(Read read, ListDeadLetters request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.first());
        return readers.deadLetters(read, request.reader(), after, limit + 1)
                .map(found -> Page.of(found.stream().map(DeadLetters::letter).toList(), limit, letter -> Cursor.of(
                                letter.parkedAt(), letter.id())
                        .text()));
    }

    Future<DeadLetter> get(Read read, GetDeadLetter request) {
        return readers.deadLetter(read, request.deadLetterId()).map(DeadLetters::letter);
    }

    Future<Nothing> retry(Work work, RetryDeadLetter request) {
        return readers.retry(work, request.deadLetterId())
                .onSuccess(found -> work.emit(new DeadLetterRetried(found.id(), found.reader(), found.eventId())))
                .map(Nothing.NOTHING);
    }

    Future<Nothing> discard(Work work, DiscardDeadLetter request) {
        return readers.discard(work, request.deadLetterId())
                .onSuccess(gone ->
                        work.emit(new DeadLetterDiscarded(gone.id(), gone.reader(), gone.eventId(), gone.type())))
                .map(Nothing.NOTHING);
    }

    private static DeadLetter letter(ReadersAdmin.DeadLetter found) {
        return new DeadLetter(
                found.id(),
                found.reader(),
                found.eventId(),
                found.type(),
                found.at(),
                found.orgId(),
                found.key(),
                found.reason(),
                found.parkedAt(),
                found.retries(),
                found.retryAskedAt());
    }
}
