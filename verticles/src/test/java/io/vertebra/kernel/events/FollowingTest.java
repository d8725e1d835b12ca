package io.vertebra.kernel.events;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.health.Health;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FollowingTest {
    private static final String VISIBLE = "SELECT id FROM orgs.projects ORDER BY id";
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        ada = Person.signUp(api, "Ada Followed");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    /** What a follower was given, and which projects it saw in its transaction. */
    private record Seen(Fact<Orgs.ProjectCreated> fact, List<UUID> visible) {}

    @Test
    void a_follower_is_woken_by_the_commit_and_sees_the_events_org_and_no_other() {
        var seen = new ArrayList<Seen>();
        var both = Promise.<Void>promise();
        var readers = readers();
        Follow.Handler<Orgs.ProjectCreated> look =
                (work, fact) -> work.list(VISIBLE, row -> row.getUUID(0)).compose(visible -> {
                    seen.add(new Seen(fact, visible));
                    if (seen.size() == 2) {
                        both.complete();
                    }
                    return Future.succeededFuture();
                });
        var follows = List.<Follow<?>>of(new Follow<>(Orgs.ProjectCreated.class, look));
        readers.add(
                "orgs", "looking", From.NOW, follows, platform.platform().db().domain("orgs"));
        await(readers.start());

        var first = project();
        var second = project();
        await(both.future());

        assertThat(seen).extracting(one -> one.fact().event().projectId()).containsExactlyInAnyOrder(first, second);
        for (var one : seen) {
            assertThat(one.visible()).containsExactly(one.fact().event().projectId());
            assertThat(one.fact().orgId()).isEqualTo(one.fact().event().orgId());
            assertThat(one.fact().actor()).isEqualTo(ada.id());
            assertThat(one.fact().requestId()).isNotEmpty();
        }
        await(readers.stop());
    }

    /** Polls hardly ever, so that only the hint after a commit can wake it. */
    private static Readers readers() {
        var usual = EventLogTest.settings();
        var settings = new EventsSettings(
                Duration.ofMinutes(10),
                usual.batchMax(),
                usual.lanesAtOnce(),
                usual.attemptsMax(),
                usual.outageMax(),
                usual.retryDelay(),
                usual.retryDelayMax(),
                usual.retention(),
                usual.ringMax());
        var vertx = platform.platform().vertx();
        return new Readers(new Readers.Surroundings(
                vertx,
                platform.platform().contracts(),
                platform.platform().db().kernel(),
                new Wake(vertx),
                settings,
                new SimpleMeterRegistry(),
                new Health(Clock.systemUTC()),
                platform.platform().telemetry().tracing(),
                new ErrorBus(Clock.systemUTC(), new SimpleMeterRegistry(), 100),
                Clock.systemUTC()));
    }

    /** A project in an org of its own. */
    private static UUID project() {
        var org = api.post("/v1/orgs", "{\"name\":\"Watched\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
        return UUID.fromString(api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"P\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id"));
    }
}
