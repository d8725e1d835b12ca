package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Problem;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that no client should send: each gets a problem of the 4xx kind, none shows anything of the inside. */
class MalformedRequestsTest {
    private static final String PROJECTS = "/v1/orgs/ORG/projects";
    private static final String ONE = PROJECTS + "/PROJECT";
    private static TestPlatform platform;
    private static Api api;
    private static String token;
    private static String org;
    private static String project;

    /** A request as bytes, and the status that it must get. */
    record Case(String name, int status, String bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void open() {
        platform = TestPlatform.start();
        api = platform.api();
        token = Person.signUp(api, "Mallory Malformed").token();
        org = api.post("/v1/orgs", "{\"name\":\"Malformed\"}").as(token).send().text("id");
        project = api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"One\"}")
                .as(token)
                .send()
                .text("id");
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void is_refused_with_a_problem(Case malformed) {
        var bytes =
                malformed.bytes().replace("TOKEN", token).replace("ORG", org).replace("PROJECT", project);
        var answer = Raw.ask(api, bytes);
        assertThat(answer).as(malformed.name()).startsWith("HTTP/1.").contains(" " + malformed.status() + " ");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("content-type: application/problem+json");
        var body = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(body.getInteger("status")).isEqualTo(malformed.status());
        assertThat(body.getString("code")).isNotBlank();
        assertThat(body.encode())
                .doesNotContain("Exception", "io.vertebra", "java.", "com.fasterxml", "netty", "SELECT");
    }

    @Test
    void there_are_many_of_them() {
        assertThat(cases()).hasSizeGreaterThan(79);
    }

    @Test
    void a_mebibyte_of_empty_elements_is_refused_for_their_number_alone() {
        var answer = usage("{},".repeat(349_500) + "{}").expect(422);
        assertThat(new JsonObject(answer.body()).getJsonArray("errors"))
                .containsExactly(
                        new JsonObject().put("pointer", "/events").put("detail", "size must be between 1 and 1000"));
    }

    @Test
    void of_many_errors_the_first_are_listed() {
        var answer = usage("{},".repeat(99) + "{}").expect(422);
        assertThat(new JsonObject(answer.body()).getJsonArray("errors")).hasSize(Problem.ERRORS_MAX);
        assertThat(answer.text("detail")).contains("the first 50 of 400");
        var query = IntStream.range(0, 60).mapToObj(i -> "p" + i + "=1").collect(Collectors.joining("&"));
        var unknown = api.get("/v1/me/orgs?" + query).as(token).send().expect(400);
        assertThat(new JsonObject(unknown.body()).getJsonArray("errors")).hasSize(Problem.ERRORS_MAX);
    }

    private static Api.Answer usage(String events) {
        return api.post("/v1/orgs/" + org + "/usage/batch", "{\"events\":[" + events + "]}")
                .as(token)
                .send();
    }

    static Stream<Case> cases() {
        return Stream.of(bodies(), fields(), addresses(), heads(), framing()).flatMap(cases -> cases);
    }

    private static Stream<Case> bodies() {
        return Stream.of(
                post("no JSON", 400, "nonsense"),
                post("half of JSON", 400, "{\"name\":\"a\""),
                post("two documents", 400, "{\"name\":\"a\"}{}"),
                post("an array", 400, "[]"),
                post("a string", 400, "\"name\""),
                post("null", 400, "null"),
                post("single quotes", 400, "{'name':'a'}"),
                post("a trailing comma", 400, "{\"name\":\"a\",}"),
                post("a comment", 400, "{\"name\":\"a\"/*x*/}"),
                post("a field twice", 400, "{\"name\":\"a\",\"name\":\"b\"}"),
                post("deep nesting", 400, "{\"name\":" + "[".repeat(500) + "]".repeat(500) + "}"),
                post("a very long number", 400, "{\"name\":" + "9".repeat(10_000) + "}"),
                post("a number that explodes", 400, "{\"name\":1e999999999}"),
                post("NaN", 400, "{\"name\":NaN}"),
                post("broken UTF-8", 400, "{\"name\":\"\u00ff\u00fe\"}"),
                post("an empty body", 422, "{}"));
    }

    private static Stream<Case> fields() {
        return Stream.of(
                post("an unknown field", 400, "{\"name\":\"a\",\"admin\":true}"),
                post("a number for a string", 400, "{\"name\":1}"),
                post("a truth value for a string", 400, "{\"name\":true}"),
                post("an object for a string", 400, "{\"name\":{\"a\":1}}"),
                post("an array for a string", 400, "{\"name\":[\"a\"]}"),
                post("a name that no database holds", 400, "{\"name\":\"a\\u0000\"}"),
                post("half of a character", 400, "{\"name\":\"a\\ud800\"}"),
                post("a null name", 422, "{\"name\":null}"),
                post("a blank name", 422, "{\"name\":\" \"}"),
                post("a name that is too long", 422, "{\"name\":\"" + "a".repeat(101) + "\"}"),
                post("a slug of another form", 422, "{\"name\":\"a\",\"slug\":\"A B\"}"),
                post(
                        "the path's field in the body",
                        400,
                        "{\"name\":\"a\",\"orgId\":\"01a1f985-921a-7d2e-baf3-d2104c6fc68e\"}"),
                request("a patch with an unknown field", 400, "PATCH", ONE, JSON, "{\"nome\":\"a\"}"));
    }

    private static Stream<Case> addresses() {
        return Stream.of(
                get("an id that is none", 400, "/v1/orgs/1/projects"),
                get("an id that is too short", 400, "/v1/orgs/1-1-1-1-1/projects"),
                get("an id with a quote", 400, "/v1/orgs/%27%20OR%201=1--/projects"),
                get("a broken percent-encoding", 400, "/v1/orgs/%zz/projects"),
                get("a path that climbs", 404, "/v1/orgs/../../etc/passwd"),
                get("an empty segment", 404, "/v1/orgs//projects"),
                get("an unknown path", 404, "/v1/nothing"),
                get("an unknown parameter", 400, PROJECTS + "?org=1"),
                get("a parameter twice", 400, PROJECTS + "?limit=1&limit=2"),
                get("a limit that is no number", 400, PROJECTS + "?limit=many"),
                get("a limit beyond all numbers", 400, PROJECTS + "?limit=99999999999999999999"),
                get("a cursor that is none", 400, PROJECTS + "?after=!"),
                get("a cursor that is too long", 400, PROJECTS + "?after=" + "a".repeat(2_000)),
                get("a cursor of a time that no clock shows", 400, "/v1/me/sessions?after=" + cursor("9".repeat(18))),
                get(
                        "a cursor of a time before all times",
                        400,
                        "/v1/me/sessions?after=" + cursor("-" + "9".repeat(18))),
                get("a cursor beyond all numbers", 400, "/v1/me/sessions?after=" + cursor("9".repeat(30))),
                get("a cursor that no database holds", 400, "/v1/me/orgs?after=" + cursor("a\u0000")),
                get("the same of members", 400, "/v1/orgs/ORG/members?after=" + cursor("9".repeat(18))),
                get("the same of audit records", 400, "/v1/orgs/ORG/audit?after=" + cursor("9".repeat(30))),
                get("the same of events", 400, "/v1/orgs/ORG/events?after=e" + "z".repeat(13)),
                get("a time beyond the calendar", 400, "/v1/orgs/ORG/audit?from=%2B1000000000-01-01T00:00:00Z"),
                get("a time before the calendar", 400, "/v1/orgs/ORG/audit?until=-999999999-01-01T00:00:00Z"),
                get("a time that its offset carries away", 400, "/v1/orgs/ORG/audit?from=9999-12-31T23:59:59-18:00"),
                get("a constant that nobody declared", 400, "/v1/orgs/ORG/audit?outcome=perhaps"),
                get("a text that no database holds", 422, "/v1/orgs/ORG/audit?action=%00"),
                request("a query where none belongs", 400, "POST", PROJECTS + "?a=1", JSON, "{\"name\":\"a\"}"));
    }

    private static Stream<Case> heads() {
        return Stream.of(
                request("another media type", 415, "POST", PROJECTS, "Content-Type: text/xml\r\n", "<a/>"),
                request("no media type", 415, "POST", PROJECTS, "", "{}"),
                request(
                        "another charset",
                        415,
                        "POST",
                        PROJECTS,
                        "Content-Type: application/json; charset=utf-16\r\n",
                        "{}"),
                request("another answer wanted", 406, "GET", ONE, "Accept: text/html\r\n", ""),
                request("a deadline that is none", 400, "GET", ONE, "Request-Timeout-Ms: soon\r\n", ""),
                request("a deadline in the past", 400, "GET", ONE, "Request-Timeout-Ms: -1\r\n", ""),
                request(
                        "two keys",
                        400,
                        "POST",
                        PROJECTS,
                        JSON + "Idempotency-Key: a\r\nX-Idempotency-Key: b\r\n",
                        "{}"),
                request(
                        "a huge key",
                        400,
                        "POST",
                        PROJECTS,
                        JSON + "Idempotency-Key: " + "a".repeat(300) + "\r\n",
                        "{}"),
                request("an If-Match that is no tag", 400, "PATCH", ONE, JSON + "If-Match: 3\r\n", "{}"),
                request("a body where none belongs", 400, "GET", ONE, "", "{}"),
                request("a huge header", 413, "GET", ONE, "X-Long: " + "a".repeat(20_000) + "\r\n", ""),
                get("a huge address", 413, ONE + "?a=" + "a".repeat(10_000)),
                request("an unknown method", 405, "BREW", ONE, "", ""));
    }

    private static Stream<Case> framing() {
        var start = "POST " + PROJECTS + " HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\n" + JSON;
        var chunk = "\r\n5\r\nhello\r\n0\r\n\r\n";
        var tooMuch = "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n" + "10000\r\n" + "a".repeat(65_536) + "\r\n";
        return Stream.of(
                new Case(
                        "both framing headers",
                        400,
                        start + "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked" + chunk),
                new Case("a look-alike length", 400, start + "Host: a\r\nContent-Xength: 5\r\n\r\nhello"),
                new Case("an odd transfer encoding", 400, start + "Host: a\r\nTransfer-Encoding: xchunked\r\n" + chunk),
                new Case(
                        "a compressed transfer",
                        400,
                        start + "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n" + chunk),
                new Case("two lengths", 400, start + "Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                new Case("a signed length", 400, start + "Host: a\r\nContent-Length: +5\r\n\r\nhello"),
                new Case("a space before the colon", 400, start + "Host: a\r\nContent-Length : 5\r\n\r\nhello"),
                new Case("a folded line", 400, start + "Host: a\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}"),
                new Case("no host", 400, start + "Content-Length: 2\r\n\r\n{}"),
                new Case("two hosts", 400, start + "Host: a\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}"),
                new Case("a huge body, announced", 413, start + "Host: a\r\nContent-Length: 99999999\r\n\r\n{"),
                new Case(
                        "a huge body, in pieces",
                        413,
                        start
                                + tooMuch
                                + tooMuch.substring(tooMuch.indexOf("10000")).repeat(16)),
                new Case("no HTTP at all", 400, "\u0016\u0003\u0001nonsense\r\n\r\n"),
                new Case("lines without return", 400, "GET / HTTP/1.1\nHost: a\n\n"));
    }

    private static String cursor(String key) {
        var text = key + "01a1f985-921a-7d2e-baf3-d2104c6fc68e";
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final String JSON = "Content-Type: application/json\r\n";

    private static Case post(String name, int status, String body) {
        return request(name, status, "POST", PROJECTS, JSON, body);
    }

    private static Case get(String name, int status, String path) {
        return request(name, status, "GET", path, "", "");
    }

    private static Case request(String name, int status, String method, String path, String more, String body) {
        var length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        return new Case(
                name,
                status,
                method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer TOKEN\r\n" + more + length
                        + "\r\n" + body);
    }
}
