package io.vertebra.http;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.bus.Verb;
import io.vertebra.door.Admission;
import io.vertebra.kernel.telemetry.Trail;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: framing, deadline, authentication, limits, body, decoding, authorisation, the operation, the
 * answer. Each step hands over to the next; any of them ends the exchange with a problem.
 */
final class Exchange {
    private static final String BEARER = "bearer ";
    private static final String ACCOUNT_LIMIT = "limits.login-per-account-per-minute";
    private static final List<String> NO_VALUES = List.of();

    private final Pipeline pipeline;
    private final HttpServerRequest request;
    private final Head head;
    private final Reply reply;
    private @Nullable Endpoint endpoint;
    private List<String> values = NO_VALUES;
    private @Nullable Admission admission;

    Exchange(Pipeline pipeline, HttpServerRequest request) {
        this.pipeline = pipeline;
        this.request = request;
        this.head = Head.read(request);
        this.reply = new Reply(pipeline, request, head);
    }

    /** The headers. */
    Head head() {
        return head;
    }

    /** The answer. */
    Reply reply() {
        return reply;
    }

    /** What the gate said. */
    Admission admission() {
        return Objects.requireNonNull(admission);
    }

    void begin() {
        try {
            receive();
        } catch (Problem problem) {
            reply.refuse(problem);
        } catch (RuntimeException bug) {
            reply.fail(bug);
        }
    }

    private void receive() {
        Trail.put(new Trail(Objects.requireNonNull(head.requestId), null, null, Trail.traceId(head.traceparent)));
        var fault = head.fault();
        if (fault != null) {
            reply.closing();
            throw fault;
        }
        var match = pipeline.routes().find(request.path() == null ? "" : request.path());
        if (match == null) {
            throw Problem.of(Problems.NOT_FOUND, "Nothing is served under this path.");
        }
        var found = served(match);
        if (found == null) {
            return;
        }
        endpoint = found;
        values = match.values();
        reply.of(found);
        if (pipeline.load().full()) {
            throw Problem.of(Problems.UNAVAILABLE, "Too many requests run at once.")
                    .with("retryAfter", 1);
        }
        Negotiation.check(found, head, pipeline.settings().bodyMax());
        var call = call();
        Trail.put(call, found.operation().name());
        if (found.takesBody() && head.hasBody()) {
            request.pause();
        }
        var admitted = found.open()
                ? pipeline.gate().admitAnyone(call)
                : pipeline.gate().admit(call, token());
        admitted.onComplete(this::admitted);
    }

    /** The endpoint of the request's method; null when the answer was given already. */
    private @Nullable Endpoint served(Routes.Match match) {
        var method = request.method();
        if (method == HttpMethod.OPTIONS) {
            reply.preflight(match.allow());
            return null;
        }
        var verb = verb(method);
        var found = verb == null ? null : match.endpoints().get(verb);
        if (found == null) {
            reply.header(Fields.ALLOW, match.allow());
            throw Problem.of(Problems.METHOD_NOT_ALLOWED, "This path answers to " + match.allow() + ".");
        }
        return found;
    }

    private static @Nullable Verb verb(HttpMethod method) {
        if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
            return Verb.GET;
        }
        if (method == HttpMethod.POST) {
            return Verb.POST;
        }
        if (method == HttpMethod.PATCH) {
            return Verb.PATCH;
        }
        if (method == HttpMethod.DELETE) {
            return Verb.DELETE;
        }
        return method == HttpMethod.PUT ? Verb.PUT : null;
    }

    private Call call() {
        var peer = request.remoteAddress().hostAddress();
        return new Call(
                Caller.ANONYMOUS,
                Objects.requireNonNull(head.requestId),
                head.traceparent,
                pipeline.clock().millis() + Negotiation.timeoutMs(head, pipeline.settings()),
                head.key,
                head.ifMatch == null ? null : Negotiation.version(head.ifMatch),
                pipeline.addresses().client(peer == null ? "" : peer, head.forwarded),
                head.agent);
    }

    private @Nullable String token() {
        var authorization = head.authorization;
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length())
                : null;
    }

    private void admitted(AsyncResult<Admission> done) {
        if (done.failed()) {
            reply.fail(done.cause());
            return;
        }
        var result = done.result();
        admission = result;
        reply.limits(result);
        if (result.refusal() != null) {
            reply.refuse(result.refusal());
            return;
        }
        Trail.put(result.call(), endpoint().operation().name());
        if (!endpoint().takesBody() || !head.hasBody()) {
            decode(null);
            return;
        }
        Body.read(
                        request,
                        head,
                        pipeline.settings().bodyMax(),
                        result.call().deadline() - pipeline.clock().millis())
                .onComplete(read -> {
                    if (read.failed()) {
                        reply.closing();
                        reply.fail(read.cause());
                    } else {
                        decode(read.result());
                    }
                });
    }

    private void decode(@Nullable Buffer body) {
        try {
            var takes = endpoint().takes();
            var bytes = body == null ? null : body.getBytes();
            var decoded = takes == null
                    ? endpoint().decoder().decode(values, request.query(), bytes)
                    : endpoint().decoder().decode(values, Body.posted(bytes, takes, request.headers()));
            var authorised = pipeline.gate().authorise(admission(), endpoint().operation(), decoded);
            var account = endpoint().account();
            if (account == null) {
                authorised.onComplete(done -> ask(done, decoded));
            } else {
                limitAccount(String.valueOf(account.of(decoded)))
                        .compose(unlimited -> authorised)
                        .onComplete(done -> ask(done, decoded));
            }
        } catch (Problem problem) {
            reply.refuse(problem);
        } catch (RuntimeException bug) {
            reply.fail(bug);
        }
    }

    /** Counts attempts on one account, so that many addresses together do not get more of them. */
    private Future<Void> limitAccount(String address) {
        var key = UUID.nameUUIDFromBytes(
                address.toLowerCase(Locale.ROOT).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return pipeline.gate()
                .limitFurther(admission().call(), "account", key.toString(), ACCOUNT_LIMIT)
                .compose(problem -> problem == null ? Future.succeededFuture() : Future.failedFuture(problem));
    }

    private void ask(AsyncResult<Call> authorised, Request<?> decoded) {
        if (authorised.failed()) {
            reply.fail(authorised.cause());
            return;
        }
        var call = authorised.result();
        var raw = endpoint().operation().raw() ? pipeline.raw().get(decoded.getClass()) : null;
        if (raw != null) {
            raw.answer(this, call, decoded).onFailure(reply::fail);
            return;
        }
        if (head.key == null) {
            pipeline.gate().ask(call, decoded).onComplete(reply::answer, reply::fail);
        } else {
            pipeline.gate().answer(call, decoded).onComplete(reply::answerKept, reply::fail);
        }
    }

    private Endpoint endpoint() {
        return Objects.requireNonNull(endpoint);
    }
}
