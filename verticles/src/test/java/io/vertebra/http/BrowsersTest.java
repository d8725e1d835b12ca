package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What browsers get and may do: cookies, other origins, the console's files. */
class BrowsersTest {
    private static final String OWN = "http://localhost:8080";

    @TempDir
    private static Path webroot;

    private static TestPlatform platform;
    private static Api api;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(webroot.resolve("assets"));
        Files.writeString(webroot.resolve("index.html"), "<!doctype html><title>Console</title>");
        Files.writeString(webroot.resolve("docs.html"), "<!doctype html><title>Reader</title>");
        Files.writeString(webroot.resolve("assets/app-1a2b.js"), "export const x = 1\n".repeat(200));
        platform = TestPlatform.start(
                Map.of("http.webroot", webroot.toString(), "http.cors-origins", "https://app.example.com"));
        api = platform.api();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void a_refresh_token_in_a_cookie_is_out_of_reach_of_scripts_and_counts_for_the_console_only() {
        var person = Person.signUp(api, "Ada Browser");
        var login = "{\"email\":\"%s\",\"password\":\"%s\",\"session\":\"cookie\"}"
                .formatted(person.email(), Person.PASSWORD);
        var answer = api.post("/v1/auth/login", login).send().expect(200);
        assertThat(answer.json().has("refreshToken")).isFalse();
        var set = answer.header("set-cookie");
        assertThat(set).contains("HTTPOnly", "SameSite=Strict", "Path=/v1/auth");
        var cookie = set.substring(0, set.indexOf(';'));

        refresh(cookie, "https://evil.example").expect(403);
        refresh(cookie, null).expect(403);
        refresh(null, OWN).expect(401);
        var fresh = refresh(cookie, OWN).expect(200);
        assertThat(fresh.json().has("refreshToken")).isFalse();
        api.get("/v1/me").as(fresh.text("accessToken")).send().expect(200);
        var gone = refresh("vertebra-refresh=r", OWN).expect(401);
        assertThat(gone.header("set-cookie")).contains("Max-Age=0");
    }

    private static Api.Answer refresh(String cookie, String origin) {
        var request = api.post("/v1/auth/refresh", "{}");
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        if (origin != null) {
            request.header("Origin", origin);
        }
        return request.send();
    }

    @Test
    void other_origins_are_let_in_by_name_only() {
        var known = preflight("https://app.example.com").expect(204);
        assertThat(known.header("access-control-allow-origin")).isEqualTo("https://app.example.com");
        assertThat(known.header("access-control-allow-credentials")).isNull();
        assertThat(preflight(OWN).header("access-control-allow-credentials")).isEqualTo("true");
        assertThat(preflight("https://evil.example").header("access-control-allow-origin"))
                .isNull();
    }

    private static Api.Answer preflight(String origin) {
        return api.ask("OPTIONS", "/v1/orgs", null)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .send();
    }

    @Test
    void the_console_is_kept_as_long_as_it_may() {
        var asset = api.get("/assets/app-1a2b.js")
                .header("Accept-Encoding", "gzip")
                .send()
                .expect(200);
        assertThat(asset.header("cache-control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(asset.header("content-encoding")).isEqualTo("gzip");
        for (var path : new String[] {"/", "/orgs/1/projects"}) {
            var page = api.get(path).send().expect(200);
            assertThat(page.body()).contains("Console");
            assertThat(page.header("cache-control")).isEqualTo("no-cache");
            assertThat(page.header("content-security-policy"))
                    .contains("script-src 'self'")
                    .doesNotContain("unsafe-inline");
            api.get(path).header("If-None-Match", page.header("etag")).send().expect(304);
        }
        api.get("/assets/gone.js").send().expect(404);
    }

    @Test
    void head_of_the_reader_is_the_head_of_the_reader() {
        var get = api.get("/docs").send().expect(200);
        assertThat(get.body()).contains("Reader");
        var head = api.ask("HEAD", "/docs", null).send().expect(200);
        assertThat(head.header("etag")).isEqualTo(get.header("etag")).isNotNull();
        assertThat(head.header("content-security-policy")).isEqualTo(get.header("content-security-policy"));
    }
}
