package io.vertebra.kernel.cache;

import io.vertx.core.Future;
import java.util.function.IntSupplier;

/**
 * Rate limits and epochs for one event loop, in one round trip to Redis. While Redis is away each node holds its share
 * of the limits and reads epochs from PostgreSQL; when that is away too the check fails, so that nobody passes unseen.
 */
public final class Limiter {
    private final Line line;
    private final String prefix;
    private final Windows windows;
    private final Epochs epochs;
    private final IntSupplier liveNodes;

    Limiter(Line line, String prefix, Windows windows, Epochs epochs, IntSupplier liveNodes) {
        this.line = line;
        this.prefix = prefix;
        this.windows = windows;
        this.epochs = epochs;
        this.liveNodes = liveNodes;
    }

    /** Counts one request. To be called on the event loop that the limiter was made for. */
    public Future<Ruling> rule(Check check) {
        if (!line.ready()) {
            return alone(check);
        }
        return line.run(Script.LIMIT, check.command(prefix, line.server()))
                .transform(answer ->
                        answer.succeeded() ? complete(check, answer.result().toString()) : alone(check));
    }

    private Future<Ruling> complete(Check check, String answer) {
        var ruling =
                Ruling.parse(answer, check.allowances().size(), check.subjects().size());
        if (line.trusted() && !ruling.lacksEpochs()) {
            return Future.succeededFuture(ruling);
        }
        return ruling.allowed() ? withEpochs(check, ruling) : Future.succeededFuture(ruling);
    }

    private Future<Ruling> alone(Check check) {
        var ruling = windows.rule(check, liveNodes.getAsInt());
        return ruling.allowed() ? withEpochs(check, ruling) : Future.succeededFuture(ruling);
    }

    private Future<Ruling> withEpochs(Check check, Ruling ruling) {
        if (check.subjects().isEmpty()) {
            return Future.succeededFuture(ruling);
        }
        return epochs.read(check.subjects()).map(ruling::with);
    }
}
