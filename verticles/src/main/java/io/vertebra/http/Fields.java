package io.vertebra.http;

import io.vertx.core.http.HttpHeaders;

/** Header names and values that are sent often, encoded once. */
final class Fields {
    static final CharSequence ALLOW = name("allow");
    static final CharSequence CACHE_CONTROL = name("cache-control");
    static final CharSequence CONNECTION = name("connection");
    static final CharSequence CONTENT_TYPE = name("content-type");
    static final CharSequence CONTENT_SECURITY_POLICY = name("content-security-policy");
    static final CharSequence ETAG = name("etag");
    static final CharSequence HSTS = name("strict-transport-security");
    static final CharSequence IDEMPOTENCY_REPLAYED = name("idempotency-replayed");
    static final CharSequence LINK = name("link");
    static final CharSequence LOCATION = name("location");
    static final CharSequence NOSNIFF = name("x-content-type-options");
    static final CharSequence RATE_LIMIT = name("ratelimit");
    static final CharSequence RATE_LIMIT_POLICY = name("ratelimit-policy");
    static final CharSequence REQUEST_ID = name("x-request-id");
    static final CharSequence RETRY_AFTER = name("retry-after");
    static final CharSequence SET_COOKIE = name("set-cookie");
    static final CharSequence VARY = name("vary");
    static final CharSequence WWW_AUTHENTICATE = name("www-authenticate");

    static final CharSequence JSON = name("application/json");
    static final CharSequence PROBLEM = name("application/problem+json");
    static final CharSequence NO_STORE = name("no-store");
    static final CharSequence NOSNIFF_VALUE = name("nosniff");
    static final CharSequence HSTS_VALUE = name("max-age=31536000; includeSubDomains");
    static final CharSequence CLOSE = name("close");
    static final CharSequence TRUE = name("true");
    static final CharSequence BEARER = name("Bearer");

    private Fields() {}

    private static CharSequence name(String text) {
        return HttpHeaders.createOptimized(text);
    }
}
