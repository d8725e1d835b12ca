package io.vertebra.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.module.Platform;
import io.vertebra.launcher.watch.Board;
import io.vertebra.launcher.watch.Bridge;
import io.vertebra.launcher.watch.Reception;
import io.vertebra.testing.Await;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The terminal client against the whole platform. */
class WatchTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Servers.Database DATABASE = Servers.freshDatabase();
    private static final String REDIS = Servers.freshRedis();
    private static final int PORT = Ports.any();
    private static TestPlatform platform;
    private static Person ada;
    private static String org;

    /** Keeps what it is told until it is asked. */
    private static final class Told implements Reception {
        private final LinkedBlockingQueue<String> states = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<String> names = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<JsonObject> values = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();

        @Override
        public void turned(State state, @Nullable Instant retryAt, String reason) {
            states.add(state.name());
        }

        @Override
        public void event(String topic, String cursor, JsonObject event) {
            names.add(event.getJsonObject("data").getString("name", ""));
        }

        @Override
        public void value(String topic, JsonObject value) {
            values.add(value);
        }

        @Override
        public void reset(String topic, String reason) {
            names.add("reset");
        }

        @Override
        public void ended(String topic, String reason) {
            ends.add(topic);
        }
    }

    private static TestPlatform start() {
        var settings = Map.of("live.tcp.enabled", "true", "live.tcp.host", "127.0.0.1", "live.tcp.port", "" + PORT);
        return TestPlatform.on(DATABASE, REDIS, settings, Clock.systemUTC(), Set.of(Platform.ALL));
    }

    private static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
        var one = queue.poll(30, TimeUnit.SECONDS);
        assertThat(one).isNotNull();
        return one;
    }

    private static void until(LinkedBlockingQueue<String> queue, String wanted) throws InterruptedException {
        while (!next(queue).equals(wanted)) {
            assertThat(wanted).isNotEmpty();
        }
    }

    private static void project(String name) {
        platform.api()
                .post("/v1/orgs/" + org + "/projects", "{\"name\":\"" + name + "\"}")
                .as(ada.token())
                .send()
                .expect(201);
    }

    private static Bridge bridge(String token, Reception told) {
        var place = new Bridge.Place("127.0.0.1", PORT, false);
        return new Bridge(VERTX, place, () -> token, told, Clock.systemUTC());
    }

    @BeforeAll
    static void begin() {
        platform = start();
        ada = Person.signUp(platform.api(), "Ada Watcher");
        org = platform.api()
                .post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
    }

    @AfterAll
    static void end() {
        platform.close();
        Await.await(VERTX.close());
    }

    @Test
    void after_a_restart_of_the_server_it_resumes_where_it_stopped() throws Exception {
        var told = new Told();
        try (var bridge = bridge(ada.token(), told)) {
            bridge.follow("orgs/" + org + "/events/Orgs.ProjectCreated", null).open();
            until(told.states, "LIVE");
            project("before");
            assertThat(next(told.names)).isEqualTo("before");
            platform.close();
            until(told.states, "OFFLINE");
            platform = start();
            project("first after");
            project("second after");
            until(told.states, "LIVE");
            project("last");
            var came = new ArrayList<String>();
            while (!came.contains("last")) {
                came.add(next(told.names));
            }
            assertThat(came).containsExactly("first after", "second after", "last");
        }
    }

    @Test
    void the_nodes_are_shown_to_operators_only() throws Exception {
        var operator = Person.operator(platform);
        var allowed = new Told();
        var refused = new Told();
        try (var one = bridge(operator.token(), allowed);
                var other = bridge(ada.token(), refused)) {
            one.follow(Board.HEALTH, null).open();
            other.follow(Board.HEALTH, null).open();
            var node = next(allowed.values).getJsonArray("nodes").getJsonObject(0);
            assertThat(node.getString("state")).isNotBlank();
            assertThat(next(refused.ends)).isEqualTo(Board.HEALTH);
            assertThat(refused.values).isEmpty();
        }
    }

    @Test
    void a_token_that_is_refused_twice_ends_it() throws Exception {
        var told = new Told();
        try (var bridge = bridge("not.a.token", told)) {
            bridge.follow("orgs/" + org + "/events", null).open();
            until(told.states, "CLOSED");
        }
    }

    @Test
    void the_command_prints_a_line_an_event(@TempDir Path data) throws Exception {
        var operator = "{\"email\":\"%s\",\"password\":\"%s\",\"made\":true}".formatted(ada.email(), Person.PASSWORD);
        Files.writeString(data.resolve("operator.json"), operator);
        var log = platform.api()
                .get("/v1/orgs/" + org + "/events?limit=1")
                .as(ada.token())
                .send()
                .expect(200);
        var first = log.json().path("items").get(0).path("cursor").asText();
        project("Atlas");
        var out = new StringWriter();
        var line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(new StringWriter()));
        var url = "http://127.0.0.1:" + platform.platform().port("http");
        var arguments = List.of("watch", "--org", org, "--url", url, "--bridge", "127.0.0.1:" + PORT);
        var all = new ArrayList<>(arguments);
        all.addAll(List.of("--data", data.toString(), "--after", first, "--type", "Orgs.ProjectCreated"));
        all.addAll(List.of("--json", "--count", "1"));
        assertThat(line.execute(all.toArray(String[]::new))).isZero();
        var event = new JsonObject(out.toString());
        assertThat(event.getString("type")).isEqualTo("Orgs.ProjectCreated");
        assertThat(event.getString("cursor")).isNotBlank();
    }
}
