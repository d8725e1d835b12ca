package io.vertebra.audit;

import io.vertebra.audit.AuditStore.Listed;
import io.vertebra.bus.Page;
import io.vertebra.contract.Audit.Entry;
import io.vertebra.contract.Audit.ListRecords;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;

/** The records themselves. */
final class Records {

    Future<Page<Entry>> list(Read read, ListRecords request) {
        int limit = Page.limit(request.limit());
        return AuditStore.list(read, request, before(request), limit + 1).map(found -> {
            var page = Page.of(found, limit, Records::cursor);
            return new Page<>(page.items().stream().map(Listed::entry).toList(), page.next());
        });
    }

    private static long before(ListRecords request) {
        var cursor = Cursor.parse(request.after(), Cursor.last());
        return cursor.key().isEmpty() ? Long.MAX_VALUE : cursor.number();
    }

    private static String cursor(Listed listed) {
        return new Cursor(Long.toString(listed.seq()), listed.entry().id()).text();
    }
}
