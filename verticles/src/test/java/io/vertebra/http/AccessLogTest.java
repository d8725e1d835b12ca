package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertebra.kernel.telemetry.Trail;
import io.vertebra.testing.Api;
import io.vertebra.testing.Await;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Each line of the access log belongs to its own request, however many run at once on the same event loops. */
class AccessLogTest {
    private static final Logger ACCESS = (Logger) LoggerFactory.getLogger("io.vertebra.http.access");
    private static final int ROUNDS = 12;
    private static final int LOOKS_MAX = 200;
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;
    private static String org;
    private static final Lines LINES = new Lines();

    /** What the log says of one request. */
    private record Line(
            @Nullable String operation, @Nullable String user, String message) {}

    /** Reads the trail where the line is written, as the queue of the real log does. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Map<String, Line> byRequest = new ConcurrentHashMap<>();
        private final List<String> faults = java.util.Collections.synchronizedList(new ArrayList<>());

        @Override
        protected void append(ILoggingEvent event) {
            var trail = Trail.current();
            if (trail == null) {
                faults.add("no trail: " + event.getFormattedMessage());
                return;
            }
            var line = new Line(trail.operation(), trail.userId(), event.getFormattedMessage());
            if (byRequest.put(trail.requestId(), line) != null) {
                faults.add("twice: " + trail.requestId() + " " + line);
            }
        }
    }

    /** A request, and what its line must say. */
    private record Sent(String id, @Nullable String operation, boolean user, String start, Api.Asking asking) {}

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        ada = Person.signUp(api, "Ada Logged");
        org = "/v1/orgs/"
                + api.post("/v1/orgs", "{\"name\":\"Logged\"}")
                        .as(ada.token())
                        .send()
                        .text("id");
        LINES.start();
        ACCESS.setLevel(Level.DEBUG);
        ACCESS.addAppender(LINES);
    }

    @AfterAll
    static void stop() {
        ACCESS.detachAppender(LINES);
        ACCESS.setLevel(null);
        platform.close();
    }

    private static List<Sent> round(int number) {
        var all = new ArrayList<Sent>();
        var token = ada.token();
        var unknown = org + "/projects/01a1f985-921a-7d2e-baf3-d2104c6fc68e";
        add(all, number, "Accounts.GetMe", 200, api.get("/v1/me").as(token), "GET /v1/me");
        add(all, number, "Orgs.GetOrg", 200, api.get(org).as(token), "GET " + org);
        add(all, number, "Orgs.ListMembers", 200, api.get(org + "/members").as(token), "GET " + org + "/members");
        add(all, number, "Orgs.GetProject", 404, api.get(unknown).as(token), "GET " + unknown);
        add(
                all,
                number,
                "Orgs.CreateProject",
                201,
                api.post(org + "/projects", "{\"name\":\"P " + number + "\"}").as(token),
                "POST " + org + "/projects");
        add(
                all,
                number,
                "Orgs.CreateProject",
                422,
                api.post(org + "/projects", "{}").as(token),
                "POST " + org + "/projects");
        add(all, number, "Accounts.ListSessions", 401, api.get("/v1/me/sessions"), "GET /v1/me/sessions");
        add(all, number, "Accounts.GetSettings", 401, api.get("/v1/me/settings").as("x"), "GET /v1/me/settings");
        add(all, number, null, 404, api.get("/v1/nothing"), "GET /v1/nothing");
        add(all, number, null, 405, api.ask("PUT", "/v1/me", null).as(token), "PUT /v1/me");
        return all;
    }

    private static void add(
            List<Sent> all, int number, @Nullable String operation, int status, Api.Asking asking, String path) {
        var id = "round-" + number + "-" + all.size();
        var signedIn = operation != null && status != 401;
        all.add(new Sent(id, operation, signedIn, path + " " + status + " ", asking.header("X-Request-Id", id)));
    }

    @Test
    void every_line_tells_of_its_own_request() {
        var sent = new ArrayList<Sent>();
        for (int number = 0; number < ROUNDS; number++) {
            sent.addAll(round(number));
        }
        var answers = sent.stream().map(one -> one.asking().sendAsync()).toList();
        answers.forEach(CompletableFuture::join);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(answers.get(i).join().header("x-request-id"))
                    .isEqualTo(sent.get(i).id());
            var line = lineOf(sent.get(i).id());
            assertThat(line.message()).startsWith(sent.get(i).start());
            assertThat(line.operation())
                    .as(line.message())
                    .isEqualTo(sent.get(i).operation());
            assertThat(line.user())
                    .as(line.message())
                    .isEqualTo(sent.get(i).user() ? ada.id().toString() : null);
        }
        assertThat(LINES.faults).isEmpty();
    }

    /** The line may be written a moment after the answer. */
    private static Line lineOf(String id) {
        for (int look = 0; look < LOOKS_MAX; look++) {
            var line = LINES.byRequest.get(id);
            if (line != null) {
                return line;
            }
            Await.await(platform.platform().vertx().timer(10, TimeUnit.MILLISECONDS));
        }
        throw new AssertionError("No line of " + id + "; faults: " + LINES.faults);
    }
}
