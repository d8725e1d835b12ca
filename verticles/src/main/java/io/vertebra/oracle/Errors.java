package io.vertebra.oracle;

import io.vertebra.bus.Page;
import io.vertebra.contract.Oracle.ErrorGroup;
import io.vertebra.contract.Oracle.ErrorLoss;
import io.vertebra.contract.Oracle.ErrorResolved;
import io.vertebra.contract.Oracle.GetError;
import io.vertebra.contract.Oracle.ListErrorLosses;
import io.vertebra.contract.Oracle.ListErrors;
import io.vertebra.contract.Oracle.ResolveError;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.errors.ErrorsAdmin;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Failures that nobody expected. */
final class Errors {
    private final ErrorsAdmin errors = new ErrorsAdmin();

    Future<Page<ErrorGroup>> list(Read read, ListErrors request) {
        int limit = Page.limit(request.limit());
        var before = request.after() == null ? null : Cursor.parse(request.after(), Cursor.last());
        boolean resolved = Boolean.TRUE.equals(request.resolved());
        return errors.groups(read, resolved, before, limit + 1)
                .map(found ->
                        Page.of(found.stream().map(one -> group(one, null)).toList(), limit, Errors::cursor));
    }

    Future<ErrorGroup> get(Read read, GetError request) {
        return errors.group(read, request.errorGroupId()).map(found -> group(found, found.stack()));
    }

    Future<ErrorGroup> resolve(Work work, ResolveError request) {
        return errors.resolve(work, request.errorGroupId())
                .onSuccess(found -> work.emit(new ErrorResolved(found.id(), found.operation())))
                .map(found -> group(found, null));
    }

    Future<Page<ErrorLoss>> losses(Read read, ListErrorLosses request) {
        int limit = Page.limit(request.limit());
        return errors.losses(read, Names.after(request.after()), limit + 1)
                .map(found -> Page.of(
                        found.stream()
                                .map(one -> new ErrorLoss(one.node(), one.dropped(), one.lastAt()))
                                .toList(),
                        limit,
                        Names.cursor(ErrorLoss::node)));
    }

    private static String cursor(ErrorGroup group) {
        return Cursor.of(group.lastSeen(), group.id()).text();
    }

    private static ErrorGroup group(ErrorsAdmin.Group found, @Nullable String stack) {
        return new ErrorGroup(
                found.id(),
                found.type(),
                found.place(),
                found.operation(),
                found.message(),
                found.count(),
                found.firstSeen(),
                found.lastSeen(),
                found.requestId(),
                found.node(),
                found.version(),
                found.resolvedAt(),
                stack);
    }
}
