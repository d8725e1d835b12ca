package io.vertebra.bus;

/** The problems that every operation may answer with. Domains add their own {@link ProblemType} enums. */
public enum Problems implements ProblemType {
    MALFORMED_REQUEST(
            400,
            "The request is malformed",
            "The request could not be read: its syntax, its framing or the type of a field is wrong. Mend what "
                    + "`detail` and `errors` name."),
    VALIDATION_ERROR(
            422,
            "The request was refused by a rule",
            "The request is well formed, but a value breaks a rule. `errors` names each field by JSON pointer."),
    UNAUTHENTICATED(
            401,
            "Sign-in is needed",
            "No valid access token came with the request. Sign in or refresh the token, then retry."),
    FORBIDDEN(
            403,
            "A permission is missing",
            "The caller is known in this scope, but lacks the permission that `permission` names. Ask an owner "
                    + "of the org for it."),
    NOT_FOUND(404, "There is no such thing", "The thing does not exist, or the caller may not know that it does."),
    METHOD_NOT_ALLOWED(
            405,
            "The method is not allowed here",
            "The path exists, but not with this method; `Allow` lists those that work."),
    NOT_ACCEPTABLE(
            406,
            "No acceptable representation",
            "The client accepts none of the media types that this operation can answer with."),
    CONFLICT(
            409,
            "The request conflicts with the current state",
            "Somebody else changed or took what the request needs. Read the current state and decide again."),
    REQUEST_IN_PROGRESS(
            409,
            "A request with this key is still running",
            "The first request with this `Idempotency-Key` has not finished. Wait for `Retry-After` seconds and "
                    + "retry."),
    ALREADY_ANSWERED(
            409,
            "The answer was shown once",
            "The first request with this `Idempotency-Key` succeeded; its answer held a one-time secret and was "
                    + "not kept."),
    CONNECTION_ENDED(
            408,
            "The connection was ended",
            "A connection of the live doors was silent, too slow or too old; `detail` says which. Connect again and "
                    + "resume after the last cursor."),
    CURSOR_EXPIRED(
            410,
            "The cursor is too old",
            "The events behind this cursor are not kept any more, so some may be missing. Read the current "
                    + "state, then go on without a cursor."),
    STALE_VERSION(
            412,
            "The resource has changed",
            "`If-Match` names a version that is not the current one. Read the resource again and repeat the "
                    + "change."),
    TOO_LARGE(
            413,
            "The request is too large",
            "The body, a header or the path is larger than the limit that `detail` names."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The media type is not supported",
            "Send `application/json` (for PATCH also `application/merge-patch+json`) in UTF-8."),
    KEY_REUSED(
            422,
            "The key was used for another request",
            "This `Idempotency-Key` already stands for a different request. Use a new key for a new request."),
    QUOTA_EXCEEDED(
            429,
            "Too many requests",
            "A rate limit is used up. Wait for `Retry-After` seconds; `RateLimit` headers show what is left."),
    INTERNAL_ERROR(
            500,
            "Something went wrong on our side",
            "A bug; it was logged with the request id. Nothing was half-written. Retrying with the same "
                    + "`Idempotency-Key` is safe."),
    UNAVAILABLE(
            503,
            "Temporarily unavailable",
            "A part of the platform is away or overloaded and the request had no effect. Retry after "
                    + "`Retry-After` seconds."),
    DEADLINE_EXCEEDED(
            504,
            "The deadline passed",
            "The request took longer than its deadline allowed and had no effect, or only read."),
    OUTCOME_UNKNOWN(
            504,
            "It is not known whether the request took effect",
            "The connection to the part that did the work broke while it did it. Read the state, or retry with "
                    + "the same `Idempotency-Key`.");

    private final About about;

    Problems(int status, String title, String meaning) {
        this.about = new About(status, title, meaning);
    }

    @Override
    public About about() {
        return about;
    }
}
