package io.vertebra.oracle;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.contract.Oracle.FailingLane;
import io.vertebra.contract.Oracle.ListReaders;
import io.vertebra.contract.Oracle.Reader;
import io.vertebra.contract.Oracle.ReaderRetired;
import io.vertebra.contract.Oracle.RetireReader;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.ReadersAdmin;
import io.vertebra.kernel.events.ReadersAdmin.Lane;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;

/** The readers of the event log. */
final class LogReaders {
    private final ReadersAdmin readers = new ReadersAdmin();
    private final Clock clock;

    LogReaders(Clock clock) {
        this.clock = clock;
    }

    Future<Page<Reader>> list(Read read, ListReaders request) {
        int limit = Page.limit(request.limit());
        return readers.readers(read, Names.after(request.after()), limit + 1)
                .map(found -> Page.of(found.stream().map(this::reader).toList(), limit, Names.cursor(Reader::name)));
    }

    Future<Nothing> retire(Work work, RetireReader request) {
        work.emit(new ReaderRetired(request.name()));
        return readers.retire(work, request.name()).map(Nothing.NOTHING);
    }

    private Reader reader(ReadersAdmin.Reader found) {
        var lanes = found.lanes();
        return new Reader(
                found.name(),
                found.types(),
                lanes.size(),
                lanes.stream().mapToLong(Lane::seq).max().orElse(0),
                lanes.stream().mapToLong(Lane::unread).sum(),
                lagSeconds(found),
                found.parked(),
                lanes.stream().filter(Lane::failing).map(LogReaders::failing).toList());
    }

    private long lagSeconds(ReadersAdmin.Reader found) {
        return found.lanes().stream()
                .map(Lane::oldestUnreadAt)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .map(oldest ->
                        Math.max(0, Duration.between(oldest, clock.instant()).toSeconds()))
                .orElse(0L);
    }

    private static FailingLane failing(Lane lane) {
        return new FailingLane(
                lane.number(), lane.seq(), lane.attempts(), lane.retryAt(), lane.waitingSince(), lane.lastError());
    }
}
