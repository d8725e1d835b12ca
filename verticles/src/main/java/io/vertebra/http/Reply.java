package io.vertebra.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.bus.Document;
import io.vertebra.bus.Html;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Admission;
import io.vertebra.door.ProblemDocument;
import io.vertebra.kernel.bus.Answered;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The answer to one request: status, headers, document; measured and logged when it ends. */
final class Reply {
    private static final Logger log = LoggerFactory.getLogger(Reply.class);
    private static final Logger access = LoggerFactory.getLogger("io.vertebra.http.access");
    private static final long UNREAD_MAX = 65_536;
    private static final long SLOW_NANOS = 1_000_000_000;

    private final Pipeline pipeline;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Head head;
    private final long startedAt = System.nanoTime();
    private @Nullable Endpoint endpoint;
    private boolean ended;
    private boolean closing;

    Reply(Pipeline pipeline, HttpServerRequest request, Head head) {
        this.pipeline = pipeline;
        this.request = request;
        this.response = request.response();
        this.head = head;
        response.headers().add(Fields.REQUEST_ID, Objects.requireNonNull(head.requestId));
        if (head.origin != null) {
            pipeline.cors().allow(head.origin, response);
        }
    }

    /** The request is served by this endpoint. */
    void of(Endpoint found) {
        endpoint = found;
        pipeline.load().begin();
    }

    /** The cookie of this name that the client sent; null without one. */
    @Nullable
    String cookie(String name) {
        var sent = head.cookie == null ? null : request.getCookie(name);
        return sent == null ? null : sent.getValue();
    }

    void set(Cookie cookie) {
        response.headers().add(Fields.SET_COOKIE, cookie.encode());
    }

    void header(CharSequence name, CharSequence value) {
        response.putHeader(name, value);
    }

    /** Nothing more is read from this connection. */
    void closing() {
        closing = true;
        response.putHeader(Fields.CONNECTION, Fields.CLOSE);
    }

    /** Says what the caller's limits have left. */
    void limits(Admission admission) {
        var ruling = admission.ruling();
        if (ruling == null) {
            return;
        }
        var left = new StringBuilder(48);
        var allowances = admission.allowances();
        for (var i = 0; i < allowances.size(); i++) {
            left.append(i == 0 ? "\"" : ", \"").append(allowances.get(i).policy());
            left.append("\";r=").append(ruling.remaining()[i]);
            left.append(";t=").append((ruling.resetMs()[i] + 999) / 1000);
        }
        response.headers().add(Fields.RATE_LIMIT_POLICY, admission.policies()).add(Fields.RATE_LIMIT, left.toString());
    }

    /** Writes what the operation answered. */
    void answer(@Nullable Object answer) {
        var served = Objects.requireNonNull(endpoint);
        if (served.operation().answersNothing() || answer == null) {
            end(204, null);
            return;
        }
        if (answer instanceof Document document) {
            document(document);
            return;
        }
        var status = 200;
        var headers = response.headers();
        if (served.version() != null) {
            var tag = "\"" + served.version().of(answer) + "\"";
            headers.add(Fields.ETAG, tag);
            if (tag.equals(head.ifNoneMatch) || "*".equals(head.ifNoneMatch)) {
                end(304, null);
                return;
            }
        }
        if (served.createdId() != null) {
            status = 201;
            headers.add(
                    Fields.LOCATION, request.path() + "/" + served.createdId().of(answer));
        }
        if (served.page() && answer instanceof Page<?> page && page.next() != null) {
            headers.add(Fields.LINK, "<" + next(page.next()) + ">; rel=\"next\"");
        }
        json(status, served, answer);
    }

    private void document(Document document) {
        response.headers()
                .add(Fields.CONTENT_TYPE, document.type())
                .add(Fields.CONTENT_SECURITY_POLICY, Html.POLICY)
                .add(Fields.CACHE_CONTROL, Fields.NO_STORE)
                .add(Fields.NOSNIFF, Fields.NOSNIFF_VALUE);
        if (document.location() != null) {
            response.putHeader(Fields.LOCATION, document.location());
        }
        end(document.status(), Buffer.buffer(document.text()));
    }

    /** Writes what the operation answered, or had answered to an earlier request with the same key. */
    void answerKept(Answered<?> answered) {
        if (answered.replayed()) {
            response.headers().add(Fields.IDEMPOTENCY_REPLAYED, Fields.TRUE);
        }
        answer(answered.answer());
    }

    /** Writes a JSON document of the operation's answer. */
    void json(int status, Endpoint served, Object answer) {
        try {
            var bytes = Buffer.buffer(served.writer().writeValueAsBytes(answer));
            response.headers()
                    .add(Fields.CONTENT_TYPE, Fields.JSON)
                    .add(Fields.CACHE_CONTROL, Fields.NO_STORE)
                    .add(Fields.NOSNIFF, Fields.NOSNIFF_VALUE);
            end(status, bytes);
        } catch (JsonProcessingException e) {
            fail(e);
        }
    }

    /** Writes a problem for whatever went wrong; what is no problem is a bug and logged. */
    void fail(Throwable failure) {
        if (failure instanceof Problem problem) {
            refuse(problem);
            return;
        }
        if (response.closed()) {
            ended(499);
            return;
        }
        log.error("Request {} failed", head.requestId, failure);
        pipeline.errors()
                .report(endpoint == null ? "http" : endpoint.operation().name(), head.requestId, failure);
        refuse(Problem.of(Problems.INTERNAL_ERROR, "The request failed by a fault on our side; it was logged."));
    }

    /** Writes a problem document. */
    void refuse(Problem problem) {
        if (response.headWritten()) {
            request.connection().close();
            ended(problem.status());
            return;
        }
        if (problem.status() == Problems.UNAUTHENTICATED.status()) {
            response.putHeader(Fields.WWW_AUTHENTICATE, Fields.BEARER);
        }
        var wait = problem.more().get("retryAfter");
        if (wait != null) {
            response.putHeader(Fields.RETRY_AFTER, wait.toString());
        } else if (problem.is(Problems.REQUEST_IN_PROGRESS) || problem.is(Problems.UNAVAILABLE)) {
            response.putHeader(Fields.RETRY_AFTER, "1");
        }
        if (!request.isEnded() && (head.chunked || head.length > UNREAD_MAX)) {
            closing();
        }
        var path = request.path() == null ? "/" : request.path();
        var document = ProblemDocument.bytes(problem, pipeline.origin(), path, Objects.requireNonNull(head.requestId));
        response.headers()
                .set(Fields.CONTENT_TYPE, Fields.PROBLEM)
                .set(Fields.CACHE_CONTROL, Fields.NO_STORE)
                .set(Fields.NOSNIFF, Fields.NOSNIFF_VALUE);
        end(problem.status(), Buffer.buffer(document));
    }

    /** Answers OPTIONS. */
    void preflight(String methods) {
        response.putHeader(Fields.ALLOW, methods);
        if (head.requestedMethod != null) {
            pipeline.cors().preflight(head.origin, methods, response);
        }
        end(204, null);
    }

    /** Begins an answer that is written piece by piece. */
    HttpServerResponse stream(String type) {
        response.setChunked(true);
        response.headers()
                .add(Fields.CONTENT_TYPE, type)
                .add(Fields.CACHE_CONTROL, Fields.NO_STORE)
                .add(Fields.NOSNIFF, Fields.NOSNIFF_VALUE);
        return response;
    }

    /** Ends an answer that was written piece by piece. */
    Future<Void> streamed() {
        ended(200);
        return response.end();
    }

    private void end(int status, @Nullable Buffer document) {
        if (response.closed() || response.ended()) {
            ended(status);
            return;
        }
        if (pipeline.settings().tls().on()) {
            response.headers().add(Fields.HSTS, Fields.HSTS_VALUE);
        }
        if (pipeline.health().draining() && request.version() == HttpVersion.HTTP_1_1) {
            closing();
        }
        response.setStatusCode(status);
        var written = document == null ? response.end() : response.end(document);
        if (closing) {
            written.onComplete(done -> request.connection().close());
        }
        if (!request.isEnded()) {
            request.handler(piece -> {});
            request.resume();
        }
        ended(status);
    }

    private void ended(int status) {
        if (ended) {
            return;
        }
        ended = true;
        var nanos = System.nanoTime() - startedAt;
        if (endpoint != null) {
            pipeline.load().end();
            endpoint.measure(status, nanos);
        }
        log(status, nanos);
    }

    /** Reads that went well are counted by the meters; the log tells of changes, of failures and of what was slow. */
    private void log(int status, long nanos) {
        var plain = status < 400 && nanos < SLOW_NANOS && request.method() == HttpMethod.GET;
        if (plain ? access.isDebugEnabled() : access.isInfoEnabled()) {
            access.atLevel(plain ? Level.DEBUG : Level.INFO)
                    .log("{} {} {} {} us", request.method(), request.path(), status, nanos / 1000);
        }
    }

    private String next(String after) {
        var query = new StringBuilder("?");
        Query.parse(request.query()).forEach((name, value) -> {
            if (!name.equals("after")) {
                query.append(encode(name)).append('=').append(encode(value)).append('&');
            }
        });
        return request.path() + query.append("after=").append(encode(after));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
