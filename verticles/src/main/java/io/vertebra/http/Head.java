package io.vertebra.http;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.IdempotencyKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The headers of a request that mean something to the door, found in one pass; refuses framing that is not plain. */
final class Head {
    private static final int AGENT_LENGTH_MAX = 200;
    private static final int TRACEPARENT_LENGTH = 55;

    @Nullable
    String authorization;

    @Nullable
    String requestId;

    @Nullable
    String traceparent;

    @Nullable
    String timeout;

    @Nullable
    String accept;

    @Nullable
    String contentType;

    @Nullable
    String key;

    @Nullable
    String ifMatch;

    @Nullable
    String ifNoneMatch;

    @Nullable
    String origin;

    @Nullable
    String agent;

    @Nullable
    String forwarded;

    @Nullable
    String cookie;

    @Nullable
    String fetchSite;

    @Nullable
    String host;

    @Nullable
    String requestedMethod;

    long length = -1;
    boolean chunked;
    boolean continues;
    private @Nullable Problem fault;

    private Head() {}

    static Head read(HttpServerRequest request) {
        var head = new Head();
        request.headers().forEach(head::note);
        if (head.host == null && request.version() == HttpVersion.HTTP_1_1) {
            head.fault("The request has no Host.");
        }
        if (head.requestId == null) {
            head.requestId = newId();
        }
        return head;
    }

    /** Why the request may not be read; null when it may. */
    @Nullable
    Problem fault() {
        return fault;
    }

    /** Whether a body follows. */
    boolean hasBody() {
        return chunked || length > 0;
    }

    private void note(String name, String value) {
        switch (name.length()) {
            case 4 -> {
                if (name.equalsIgnoreCase("host")) {
                    noteHost(value);
                }
            }
            case 6 -> noteSix(name, value);
            case 8 -> {
                if (name.equalsIgnoreCase("if-match")) {
                    ifMatch = value;
                }
            }
            case 10 -> {
                if (name.equalsIgnoreCase("user-agent")) {
                    agent = value.length() > AGENT_LENGTH_MAX ? value.substring(0, AGENT_LENGTH_MAX) : value;
                }
            }
            case 11 -> {
                if (name.equalsIgnoreCase("traceparent") && wellFormedTrace(value)) {
                    traceparent = value;
                }
            }
            case 12 -> noteTwelve(name, value);
            case 13 -> noteThirteen(name, value);
            default -> noteLonger(name, value);
        }
    }

    private void noteHost(String value) {
        if (host != null || value.isEmpty()) {
            fault("The request has more than one Host.");
        }
        host = value;
    }

    private void noteSix(String name, String value) {
        if (name.equalsIgnoreCase("accept")) {
            accept = accept == null ? value : accept + "," + value;
        } else if (name.equalsIgnoreCase("origin")) {
            origin = value;
        } else if (name.equalsIgnoreCase("cookie")) {
            cookie = value;
        } else if (name.equalsIgnoreCase("expect")) {
            continues = value.equalsIgnoreCase("100-continue");
        }
    }

    private void noteTwelve(String name, String value) {
        if (name.equalsIgnoreCase("content-type")) {
            contentType = value;
        } else if (name.equalsIgnoreCase("x-request-id") && wellFormedId(value)) {
            requestId = value;
        }
    }

    private void noteThirteen(String name, String value) {
        if (name.equalsIgnoreCase("authorization")) {
            if (authorization != null) {
                fault("The request has more than one Authorization.");
            }
            authorization = value;
        } else if (name.equalsIgnoreCase("if-none-match")) {
            ifNoneMatch = value;
        }
    }

    private void noteLonger(String name, String value) {
        if (name.equalsIgnoreCase("content-length")) {
            length = contentLength(value);
        } else if (name.equalsIgnoreCase("transfer-encoding")) {
            chunked = true;
            if (!value.equalsIgnoreCase("chunked")) {
                fault("The only Transfer-Encoding is chunked.");
            }
        } else if (name.equalsIgnoreCase("idempotency-key") || name.equalsIgnoreCase("x-idempotency-key")) {
            noteKey(value);
        } else if (name.equalsIgnoreCase("request-timeout-ms")) {
            timeout = value;
        } else if (name.equalsIgnoreCase("x-forwarded-for")) {
            forwarded = value;
        } else if (name.equalsIgnoreCase("sec-fetch-site")) {
            fetchSite = value;
        } else if (name.equalsIgnoreCase("access-control-request-method")) {
            requestedMethod = value;
        }
    }

    private void noteKey(String value) {
        if (key != null && !key.equals(value)) {
            fault("The request has two idempotency keys.");
        }
        if (!IdempotencyKey.fits(value)) {
            fault(IdempotencyKey.FORM);
        }
        key = value;
    }

    private long contentLength(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            fault("The Content-Length is not a number.");
            return 0;
        }
    }

    private void fault(String detail) {
        fault = Problem.of(Problems.MALFORMED_REQUEST, detail);
    }

    private static boolean wellFormedId(String value) {
        if (value.isEmpty() || value.length() > 100) {
            return false;
        }
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            var plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean wellFormedTrace(String value) {
        if (value.length() != TRACEPARENT_LENGTH || !value.startsWith("00-")) {
            return false;
        }
        for (var i = 3; i < TRACEPARENT_LENGTH; i++) {
            var c = value.charAt(i);
            var dash = i == 35 || i == 52;
            if (dash ? c != '-' : !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String newId() {
        var random = ThreadLocalRandom.current();
        return hex(random.nextLong()) + hex(random.nextLong());
    }

    private static String hex(long value) {
        var digits = new char[16];
        for (var i = 0; i < 16; i++) {
            digits[i] = Character.forDigit((int) (value >>> 60 - 4 * i) & 15, 16);
        }
        return new String(digits);
    }
}
