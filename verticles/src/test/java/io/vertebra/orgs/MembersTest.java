package io.vertebra.orgs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Api.Answer;
import io.vertebra.testing.Mails;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final int RACES = 8;

    private static TestPlatform platform;
    private static Api api;
    private static Person ada;
    private static Person bob;
    private static Person cleo;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(
                Map.of("jobs.poll-interval", "50ms", "orgs.invitations-per-address-per-hour", "100"));
        api = platform.api();
        ada = Person.signUp(api, "Ada Owner");
        bob = Person.signUp(api, "Bob Member");
        cleo = Person.signUp(api, "Cleo Third");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void an_invitation_by_mail_makes_a_member_once() {
        var org = org();
        var token = invited(org, bob, "member");
        var open = api.get(org + "/invitations").as(ada.token()).send().expect(200);
        assertThat(open.text("/items/0/email")).isEqualTo(bob.email());
        assertThat(open.body()).doesNotContain("token");
        var mail = Mails.to(platform, bob.email(), "Invitation");
        assertThat(mail.text()).contains("Ada Owner invites you to Members");

        var joined = accept(bob, token).expect(200);

        assertThat(joined.text("role")).isEqualTo("member");
        assertThat(org).endsWith(joined.text("orgId"));
        api.get(org).as(bob.token()).send().expect(200);
        assertThat(accept(cleo, token).expect(422).text("code")).isEqualTo("invitation_invalid");
        assertThat(api.get(org + "/invitations").as(ada.token()).send().json().path("items"))
                .isEmpty();
        var members = api.get(org + "/members?limit=1").as(bob.token()).send().expect(200);
        assertThat(members.text("/items/0/name")).isEqualTo("Ada Owner");
        var next = api.get(org + "/members?limit=1&after=" + members.text("next"))
                .as(bob.token())
                .send()
                .expect(200);
        assertThat(next.text("/items/0/name")).isEqualTo("Bob Member");
    }

    @Test
    void a_second_invitation_replaces_the_first_and_a_revoked_one_does_not_work() {
        var org = org();
        var first = invited(org, cleo, "viewer");
        var second = invited(org, cleo, "member");

        assertThat(accept(cleo, first).expect(422).text("code")).isEqualTo("invitation_invalid");
        var open = api.get(org + "/invitations").as(ada.token()).send();
        assertThat(open.json().path("items")).hasSize(1);
        api.delete(org + "/invitations/" + open.text("/items/0/id"))
                .as(ada.token())
                .send()
                .expect(204);
        assertThat(accept(cleo, second).expect(422).text("code")).isEqualTo("invitation_invalid");
    }

    @Test
    void a_role_that_changes_holds_on_the_next_request() {
        var org = org();
        join(org, bob, "viewer");
        var project = "{\"name\":\"By Bob\"}";
        var refused =
                api.post(org + "/projects", project).as(bob.token()).send().expect(403);
        assertThat(refused.text("permission")).isEqualTo("orgs.projects.write");

        role(org, bob, "member").expect(200);

        api.post(org + "/projects", project).as(bob.token()).send().expect(201);
        role(org, bob, "viewer").expect(200);
        api.post(org + "/projects", project).as(bob.token()).send().expect(403);
        api.delete(org + "/members/" + bob.id()).as(ada.token()).send().expect(204);
        api.get(org).as(bob.token()).send().expect(404);
    }

    @Test
    void only_owners_make_change_and_remove_owners() {
        var org = org();
        join(org, bob, "admin");

        for (var answer : List.of(
                api.patch(org + "/members/" + bob.id(), "{\"role\":\"owner\"}")
                        .as(bob.token())
                        .send(),
                api.patch(org + "/members/" + ada.id(), "{\"role\":\"viewer\"}")
                        .as(bob.token())
                        .send(),
                api.delete(org + "/members/" + ada.id()).as(bob.token()).send(),
                api.post(org + "/invitations", "{\"email\":\"x@example.test\",\"role\":\"owner\"}")
                        .as(bob.token())
                        .send())) {
            assertThat(answer.expect(403).text("code")).isEqualTo("owners_only");
        }
    }

    @Test
    void the_last_owner_stays() {
        var org = org();
        join(org, bob, "admin");
        var id = org.substring("/v1/orgs/".length());

        assertThat(api.delete("/v1/me/orgs/" + id)
                        .as(ada.token())
                        .send()
                        .expect(409)
                        .text("code"))
                .isEqualTo("last_owner");
        assertThat(role(org, ada, "admin").expect(409).text("code")).isEqualTo("last_owner");
        assertThat(api.delete(org + "/members/" + ada.id())
                        .as(ada.token())
                        .send()
                        .expect(409)
                        .text("code"))
                .isEqualTo("last_owner");
        api.delete("/v1/me/orgs/" + id).as(bob.token()).send().expect(204);
        api.delete("/v1/me/orgs/" + id).as(bob.token()).send().expect(404);
        api.delete("/v1/me/orgs/" + UUID.randomUUID()).as(bob.token()).send().expect(404);
    }

    @Test
    void of_two_owners_who_leave_at_once_one_stays() {
        for (int race = 0; race < RACES; race++) {
            var org = org();
            join(org, bob, "owner");
            var id = org.substring("/v1/orgs/".length());

            var first = api.delete("/v1/me/orgs/" + id).as(ada.token()).sendAsync();
            var second = race % 2 == 0
                    ? api.delete("/v1/me/orgs/" + id).as(bob.token()).sendAsync()
                    : api.patch(org + "/members/" + bob.id(), "{\"role\":\"viewer\"}")
                            .as(bob.token())
                            .sendAsync();

            var statuses = List.of(first.join().status(), second.join().status());
            assertThat(statuses.stream().filter(status -> status == 409)).hasSize(1);
            var left = first.join().status() == 409 ? ada : bob;
            var rights = api.get(org + "/access/me").as(left.token()).send().expect(200);
            assertThat(rights.text("role")).isEqualTo("owner");
        }
    }

    @Test
    void who_left_or_joined_stands_in_the_log_of_the_org() {
        var org = org();
        join(org, bob, "member");
        api.delete("/v1/me/orgs/" + org.substring("/v1/orgs/".length()))
                .as(bob.token())
                .send()
                .expect(204);

        var audit = api.get(org + "/audit").as(ada.token()).send().expect(200);
        assertThat(audit.text("/items/0/action")).isEqualTo("Orgs.LeaveOrg");
        assertThat(audit.text("/items/0/actor")).isEqualTo(bob.id().toString());
        assertThat(audit.text("/items/0/target")).isEqualTo("personId:" + bob.id());
        assertThat(audit.text("/items/1/action")).isEqualTo("Orgs.AcceptInvitation");
        var events = api.get(org + "/events").as(ada.token()).send().expect(200).body();
        assertThat(events).contains("Orgs.MemberInvited", "Orgs.MemberJoined", "Orgs.MemberLeft");
    }

    private static String org() {
        return "/v1/orgs/"
                + api.post("/v1/orgs", "{\"name\":\"Members\"}")
                        .as(ada.token())
                        .send()
                        .expect(201)
                        .text("id");
    }

    private static void join(String org, Person person, String role) {
        accept(person, invited(org, person, role)).expect(200);
    }

    /** Invites and answers the token of the mail. */
    private static String invited(String org, Person person, String role) {
        var before = Mails.newest(platform, person.email(), "Invitation");
        invite(org, person, role).expect(201);
        var mail = Mails.newest(platform, person.email(), "Invitation");
        while (mail.equals(before)) {
            mail = Mails.newest(platform, person.email(), "Invitation");
        }
        return mail.orElseThrow().text().replaceAll("(?s).*#token=(\\S+).*", "$1");
    }

    private static Answer invite(String org, Person person, String role) {
        return api.post(org + "/invitations", "{\"email\":\"%s\",\"role\":\"%s\"}".formatted(person.email(), role))
                .as(ada.token())
                .send();
    }

    private static Answer accept(Person person, String token) {
        return api.post("/v1/invitations/accept", "{\"token\":\"%s\"}".formatted(token))
                .as(person.token())
                .send();
    }

    private static Answer role(String org, Person person, String role) {
        return api.patch(org + "/members/" + person.id(), "{\"role\":\"%s\"}".formatted(role))
                .as(ada.token())
                .send();
    }
}
