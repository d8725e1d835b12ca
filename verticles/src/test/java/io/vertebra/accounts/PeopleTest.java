package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.TestPlatform;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One's own profile, settings, password and sessions, through the REST door. */
class PeopleTest {
    private static TestPlatform on;
    private Someone someone;
    private String token;

    @BeforeAll
    static void start() {
        on = TestPlatform.start(Map.of("accounts.argon2-memory", "7MiB"));
    }

    @AfterAll
    static void stop() {
        on.close();
    }

    @BeforeEach
    void signIn() {
        someone = Someone.registered(on);
        token = someone.login().text("accessToken");
    }

    private Api.Answer get(String path) {
        return on.api().get(path).as(token).send();
    }

    private Api.Answer patch(String path, String json) {
        return on.api().patch(path, json).as(token).send();
    }

    @Test
    void the_profile_is_patched_field_by_field() {
        var before = get("/v1/me").expect(200);
        patch("/v1/me", "{\"name\": \"Ada\"}").expect(200);
        var german = patch("/v1/me", "{\"locale\": \"de-CH\"}").expect(200);
        assertThat(german.text("name")).isEqualTo("Ada");
        assertThat(german.text("locale")).isEqualTo("de-CH");
        assertThat(patch("/v1/me", "{\"locale\": null}").expect(200).json().hasNonNull("locale"))
                .isFalse();
        assertThat(get("/v1/me").json().path("version").asLong())
                .isEqualTo(before.json().path("version").asLong() + 3);
        patch("/v1/me", "{\"name\": null}").expect(422);
        patch("/v1/me", "{\"locale\": \"not a locale\"}").expect(422);
        patch("/v1/me", "{\"operator\": true}").expect(400);
    }

    @Test
    void a_stale_precondition_is_refused() {
        var etag = get("/v1/me").header("ETag");
        assertThat(etag).isNotNull();
        on.api()
                .patch("/v1/me", "{\"name\": \"Ada\"}")
                .header("If-Match", etag)
                .as(token)
                .send()
                .expect(200);
        on.api()
                .patch("/v1/me", "{\"name\": \"Eve\"}")
                .header("If-Match", etag)
                .as(token)
                .send()
                .expect(412);
        assertThat(get("/v1/me").text("name")).isEqualTo("Ada");
    }

    @Test
    void settings_have_defaults_and_are_patched() {
        assertThat(get("/v1/me/settings").text("theme")).isEqualTo("system");
        var changed = patch("/v1/me/settings", "{\"theme\": \"dark\", \"timeZone\": \"Europe/Zurich\"}")
                .expect(200);
        assertThat(changed.text("theme")).isEqualTo("dark");
        assertThat(get("/v1/me/settings").text("timeZone")).isEqualTo("Europe/Zurich");
        patch("/v1/me/settings", "{\"timeZone\": \"Mars/Olympus\"}").expect(422);
        patch("/v1/me/settings", "{\"theme\": \"pink\"}").expect(400);
    }

    @Test
    void a_new_password_ends_the_other_sessions_and_keeps_this_one() {
        var other = someone.login();
        var body = Someone.json("currentPassword", "not my password at all", "newPassword", "a new cup of snow");
        on.api().post("/v1/me/password", body).as(token).send().expect(422);
        body = Someone.json("currentPassword", someone.password(), "newPassword", "a new cup of snow");
        on.api().post("/v1/me/password", body).as(token).send().expect(204);
        get("/v1/me").expect(200);
        on.api().get("/v1/me").as(other.text("accessToken")).send().expect(401);
        someone.refresh(other.text("refreshToken")).expect(401);
        someone.login().expect(401);
        someone.with("a new cup of snow").login().expect(200);
    }

    @Test
    void sessions_are_listed_paged_and_ended_one_by_one() {
        var second = someone.login();
        someone.login();
        var all = get("/v1/me/sessions").expect(200).json().path("items");
        assertThat(all).hasSize(3);
        assertThat(all.findValuesAsText("current")).containsOnlyOnce("true");
        var first = get("/v1/me/sessions?limit=2").json();
        var rest = get("/v1/me/sessions?limit=2&after=" + first.path("next").asText())
                .json();
        assertThat(first.path("items")).hasSize(2);
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.path("next").isNull() || rest.path("next").isMissingNode())
                .isTrue();
        var ids = on.api()
                .get("/v1/me/sessions")
                .as(second.text("accessToken"))
                .send()
                .json()
                .path("items");
        for (var session : ids) {
            if (session.path("current").asBoolean()) {
                on.api()
                        .delete("/v1/me/sessions/" + session.path("id").asText())
                        .as(token)
                        .send()
                        .expect(204);
                on.api()
                        .delete("/v1/me/sessions/" + session.path("id").asText())
                        .as(token)
                        .send()
                        .expect(404);
            }
        }
        on.api().get("/v1/me").as(second.text("accessToken")).send().expect(401);
        assertThat(get("/v1/me/sessions").json().path("items")).hasSize(2);
        get("/v1/me/sessions?after=nonsense").expect(400);
    }

    @Test
    void another_persons_session_is_not_there() {
        var stranger = Someone.registered(on).login().text("accessToken");
        var theirs = on.api().get("/v1/me/sessions").as(stranger).send().text("/items/0/id");
        on.api().delete("/v1/me/sessions/" + theirs).as(token).send().expect(404);
        on.api().delete("/v1/me/sessions/" + UUID.randomUUID()).as(token).send().expect(404);
        on.api().get("/v1/me").as(stranger).send().expect(200);
    }
}
