package io.vertebra.orgs;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Mails;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.pgclient.PgConnection;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an invitation may do to others: to a mailbox, and to another one's invitation. */
class InvitationsTest {
    private static final int PER_HOUR = 3;
    private static final String WAITING =
            "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of(
                "app.name", "Acme Cloud",
                "jobs.poll-interval", "50ms",
                "orgs.invitations-per-address-per-hour", Integer.toString(PER_HOUR)));
        api = platform.api();
        ada = Person.signUp(api, "Ada Inviting");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static String org() {
        return "/v1/orgs/"
                + api.post("/v1/orgs", "{\"name\":\"Inviting\"}")
                        .as(ada.token())
                        .send()
                        .expect(201)
                        .text("id");
    }

    private static Api.Answer invite(String org, Person by, String email, String role) {
        return api.post(org + "/invitations", "{\"email\":\"%s\",\"role\":\"%s\"}".formatted(email, role))
                .as(by.token())
                .send();
    }

    private static Person admin(String org) {
        var admin = Person.signUp(api, "Alan Admin");
        invite(org, ada, admin.email(), "admin").expect(201);
        var token = Mails.to(platform, admin.email(), "Invitation").text().replaceAll("(?s).*#token=(\\S+).*", "$1");
        api.post("/v1/invitations/accept", "{\"token\":\"" + token + "\"}")
                .as(admin.token())
                .send()
                .expect(200);
        return admin;
    }

    private static String open(String org) {
        return api.get(org + "/invitations").as(ada.token()).send().expect(200).text("/items/0/role");
    }

    @Test
    void only_an_owner_replaces_the_invitation_of_an_owner() {
        var org = org();
        var admin = admin(org);
        invite(org, ada, "next.owner@example.test", "owner").expect(201);

        var refused = invite(org, admin, "Next.Owner@example.test", "viewer").expect(403);

        assertThat(refused.text("code")).isEqualTo("owners_only");
        assertThat(open(org)).isEqualTo("owner");
        invite(org, ada, "next.owner@example.test", "member").expect(201);
        assertThat(open(org)).isEqualTo("member");
        invite(org, admin, "other@example.test", "viewer").expect(201);
        invite(org, admin, "other@example.test", "admin").expect(201);
    }

    @Test
    void an_org_that_goes_while_somebody_is_invited_is_not_found() {
        var org = org();
        var id = org.substring(org.lastIndexOf('/') + 1);
        var owner = await(PgConnection.connect(
                platform.platform().vertx(), platform.database().owner()));
        await(owner.query("BEGIN; DELETE FROM orgs.memberships WHERE org_id = '" + id
                        + "'; DELETE FROM orgs.orgs WHERE id = '" + id + "'")
                .execute());
        var inviting = api.post(org + "/invitations", "{\"email\":\"late@example.test\",\"role\":\"member\"}")
                .as(ada.token())
                .sendAsync();
        while (!inviting.isDone() && await(owner.query(WAITING).execute()).size() == 0) {
            await(platform.platform().vertx().timer(20));
        }
        await(owner.query("COMMIT").execute());
        await(owner.close());
        inviting.join().expect(404);
    }

    @Test
    void nobody_floods_a_mailbox_not_even_from_many_orgs() {
        for (int mail = 0; mail < PER_HOUR; mail++) {
            invite(org(), ada, "flooded@example.test", "member").expect(201);
        }
        var refused = invite(org(), ada, "FLOODED@example.test", "member").expect(429);
        assertThat(refused.text("code")).isEqualTo("quota_exceeded");
        assertThat(Integer.parseInt(refused.header("retry-after"))).isPositive();
        invite(org(), ada, "another@example.test", "member").expect(201);
    }

    @Test
    void mails_name_the_platform_as_it_is_configured() {
        invite(org(), ada, "named@example.test", "member").expect(201);
        assertThat(Mails.to(platform, "named@example.test", "Invitation").text())
                .contains("Ada Inviting invites you to Inviting on Acme Cloud, as member.")
                .doesNotContain("Vertebra");
        assertThat(Mails.to(platform, ada.email(), "Verify").text())
                .contains("registered this address with Acme Cloud")
                .doesNotContain("Vertebra");
    }
}
