package io.vertebra.door;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Answers requests that could not be read as HTTP, and closes their connection. */
final class Unreadable {
    private Unreadable() {}

    static void answer(HttpServerRequest request) {
        var cause = request.decoderResult().cause();
        var problem = cause instanceof TooLongHttpLineException || cause instanceof TooLongHttpHeaderException
                ? Problem.of(Problems.TOO_LARGE, "The request line or the headers are longer than the limit.")
                : Problem.of(Problems.MALFORMED_REQUEST, "The request is not well-formed HTTP.");
        var document = ProblemDocument.bytes(problem, "", "/", "unreadable");
        request.response()
                .setStatusCode(problem.status())
                .putHeader("content-type", "application/problem+json")
                .putHeader("cache-control", "no-store")
                .putHeader("connection", "close")
                .end(Buffer.buffer(document))
                .onComplete(done -> request.connection().close());
    }
}
