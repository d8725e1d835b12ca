package io.vertebra.http;

import io.vertebra.bus.Posted;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Takes;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a body that was paused until its sender was let in: bounded in size and in time. */
final class Body {
    private static final int FIRST_BYTES = 4_096;

    private Body() {}

    /** The whole body; fails with 413 when it grows past the limit and with 504 when it takes too long. */
    static Future<Buffer> read(HttpServerRequest request, Head head, int bytesMax, long withinMs) {
        Promise<Buffer> promise = Promise.promise();
        var body = Buffer.buffer(firstBytes(head.length, bytesMax));
        request.handler(piece -> {
            if (body.length() + piece.length() > bytesMax) {
                promise.tryFail(tooLarge(bytesMax));
            } else {
                body.appendBuffer(piece);
            }
        });
        request.exceptionHandler(promise::tryFail);
        request.endHandler(nothing -> promise.tryComplete(body));
        if (head.continues) {
            request.response().writeContinue();
        }
        request.resume();
        if (!request.isEnded()) {
            var vertx = Objects.requireNonNull(Vertx.currentContext()).owner();
            var timer = vertx.setTimer(
                    Math.max(1, withinMs),
                    late -> promise.tryFail(
                            Problem.of(Problems.DEADLINE_EXCEEDED, "The body did not arrive in time.")));
            promise.future().onComplete(done -> vertx.cancelTimer(timer));
        }
        return promise.future();
    }

    /** What is reserved at first; the buffer grows with what arrives, not with what was announced. */
    static int firstBytes(long announced, int bytesMax) {
        return (int) Math.clamp(announced, 64, Math.min(FIRST_BYTES, bytesMax));
    }

    /** A body that an operation reads itself; each of its bytes comes back when the text is encoded again. */
    static Posted posted(byte @Nullable [] body, Takes takes, MultiMap sent) {
        var headers = new HashMap<String, String>();
        for (var name : takes.headers()) {
            var value = sent.get(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        try {
            var text = body == null
                    ? ""
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(body))
                            .toString();
            return new Posted(text, headers);
        } catch (CharacterCodingException e) {
            throw Problem.of(Problems.MALFORMED_REQUEST, "The body is not UTF-8.");
        }
    }

    static Problem tooLarge(int bytesMax) {
        return Problem.of(Problems.TOO_LARGE, "A body may have " + bytesMax + " bytes.");
    }
}
