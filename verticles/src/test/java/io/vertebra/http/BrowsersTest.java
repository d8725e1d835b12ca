package io.vertebra.http;

import static io.vertebra.http.DoorFixture.ORG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What browsers get and may do: cookies, other origins, the console's files. */
class BrowsersTest {
    private static final String OWN = "http://localhost:8080";

    @TempDir
    private static Path webroot;

    private static DoorFixture door;

    @BeforeAll
    static void open() throws IOException {
        Files.createDirectories(webroot.resolve("assets"));
        Files.writeString(webroot.resolve("index.html"), "<!doctype html><title>Console</title>");
        Files.writeString(webroot.resolve("assets/app-1a2b.js"), "export const x = 1\n".repeat(200));
        door = new DoorFixture().with("http.webroot", webroot.toString());
        door.with("http.cors-origins", "https://app.example.com").open();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void a_refresh_token_in_a_cookie_is_out_of_reach_of_scripts() {
        var answer =
                auth("login", "{\"email\":\"a@example.com\",\"password\":\"x\",\"session\":\"cookie\"}", null, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Api.json(answer).containsKey("refreshToken")).isFalse();
        var cookie = answer.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie).contains("HTTPOnly", "SameSite=Strict", "Path=/v1/auth");
    }

    @Test
    void the_cookie_counts_only_on_requests_of_the_console() {
        var cookie = "vertebra-refresh=r";
        assertThat(auth("refresh", "{}", cookie, OWN).statusCode()).isEqualTo(200);
        assertThat(auth("refresh", "{}", cookie, "https://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(auth("refresh", "{}", cookie, null).statusCode()).isEqualTo(403);
        assertThat(auth("refresh", "{}", null, OWN).statusCode()).isEqualTo(401);
    }

    private static HttpResponse<String> auth(String operation, String json, String cookie, String origin) {
        var request = door.api()
                .at("/v1/auth/" + operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        if (origin != null) {
            request.header("Origin", origin);
        }
        return door.api().send(request);
    }

    @Test
    void other_origins_are_let_in_by_name_only() {
        var path = "/v1/orgs/" + ORG + "/projects";
        var known = preflight(path, "https://app.example.com");
        assertThat(known.statusCode()).isEqualTo(204);
        assertThat(known.headers().firstValue("access-control-allow-origin")).contains("https://app.example.com");
        assertThat(known.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
        assertThat(preflight(path, OWN).headers().firstValue("access-control-allow-credentials"))
                .contains("true");
        var unknown = preflight(path, "https://evil.example");
        assertThat(unknown.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    private static HttpResponse<String> preflight(String path, String origin) {
        return door.api()
                .send(door.api()
                        .at(path)
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void the_console_is_kept_as_long_as_it_may() {
        var asset = door.api().send(door.api().at("/assets/app-1a2b.js").header("Accept-Encoding", "gzip"));
        assertThat(asset.statusCode()).isEqualTo(200);
        assertThat(asset.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");
        assertThat(asset.headers().firstValue("content-encoding")).contains("gzip");
        for (var path : new String[] {"/", "/orgs/1/projects"}) {
            var page = door.api().send(door.api().at(path));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("Console");
            assertThat(page.headers().firstValue("cache-control")).contains("no-cache");
            assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                    .contains("script-src 'self'")
                    .doesNotContain("script-src 'self' 'unsafe-inline'");
            var tag = page.headers().firstValue("etag").orElseThrow();
            assertThat(door.api()
                            .send(door.api().at(path).header("If-None-Match", tag))
                            .statusCode())
                    .isEqualTo(304);
        }
        assertThat(door.api().send(door.api().at("/assets/gone.js")).statusCode())
                .isEqualTo(404);
    }
}
