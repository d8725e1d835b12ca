package io.vertebra.http;

import io.vertebra.bus.Call;
import io.vertebra.bus.Request;
import io.vertebra.contract.Audit;
import io.vertebra.door.Gate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;

/** Streams the audit records of an org, slice by slice, as fast as the client reads. */
final class Export {
    private static final int SLICE = 500;
    private static final long SLICE_MS = 10_000;

    private final Gate gate;
    private final Clock clock;

    Export(Gate gate, Clock clock) {
        this.gate = gate;
        this.clock = clock;
    }

    Future<Void> records(Exchange exchange, Call call, Request<?> request) {
        var orgId = ((Audit.ExportRecords) request).orgId();
        return ask(call, new Audit.ExportSlice(orgId, 0, SLICE)).compose(first -> {
            var response = exchange.reply().stream("application/x-ndjson");
            response.putHeader("content-disposition", "attachment; filename=\"audit-" + orgId + ".ndjson\"");
            return write(call, orgId, response, first)
                    .compose(all -> exchange.reply().streamed());
        });
    }

    private Future<Void> write(Call call, java.util.UUID orgId, HttpServerResponse response, Audit.Slice slice) {
        var text = new StringBuilder();
        slice.lines().forEach(line -> text.append(line).append('\n'));
        var written = text.isEmpty() ? Future.<Void>succeededFuture() : response.write(text.toString());
        return written.compose(taken -> slice.end()
                ? Future.succeededFuture()
                : ask(call, new Audit.ExportSlice(orgId, slice.lastSequence(), SLICE))
                        .compose(next -> write(call, orgId, response, next)));
    }

    private Future<Audit.Slice> ask(Call call, Audit.ExportSlice slice) {
        var own = new Call(
                call.caller(),
                call.requestId(),
                call.traceparent(),
                clock.millis() + SLICE_MS,
                null,
                null,
                call.address(),
                call.agent());
        return gate.ask(own, slice);
    }
}
