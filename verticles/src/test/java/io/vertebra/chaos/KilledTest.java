package io.vertebra.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 right after an acknowledged write: neither the row, its event nor its audit record is lost or doubled. */
class KilledTest {
    private static final String PASSWORD = "walnut cellar tidal quorum";
    private static final String EMAIL = "ada@example.com";

    /** Three rounds in every build; more with {@code -Dvertebra.rounds=50}. */
    private static final int ROUNDS = Integer.getInteger("vertebra.rounds", 3);

    @TempDir
    private Path folder;

    @Test
    void what_was_acknowledged_survives_a_kill() throws Exception {
        try (var dev = new DevProcess(folder.resolve("data"))) {
            dev.start();
            dev.expect(200, "POST", "/v1/auth/register", null, person().put("name", "Ada"));
            var org = dev.expect(201, "POST", "/v1/orgs", token(dev), new JsonObject().put("name", "Engines"));
            var base = "/v1/orgs/" + org.getString("id");
            for (int round = 0; round < ROUNDS; round++) {
                var name = "Project " + round;
                var project =
                        dev.expect(201, "POST", base + "/projects", token(dev), new JsonObject().put("name", name));
                dev.kill();
                dev.start();
                var token = token(dev);
                var id = project.getString("id");
                assertThat(dev.expect(200, "GET", base + "/projects/" + id, token, null))
                        .isEqualTo(project);
                assertThat(occurrences(
                                dev.expect(
                                        200, "GET", base + "/events?type=Orgs.ProjectCreated&limit=200", token, null),
                                id))
                        .as("events of round " + round)
                        .isOne();
                assertThat(occurrences(
                                dev.expect(
                                        200, "GET", base + "/audit?action=Orgs.CreateProject&limit=200", token, null),
                                id))
                        .as("audit records of round " + round)
                        .isOne();
            }
        }
    }

    @Test
    void a_second_start_keeps_the_data_and_a_stop_leaves_no_process() throws Exception {
        try (var dev = new DevProcess(folder.resolve("data"))) {
            dev.start();
            dev.expect(200, "POST", "/v1/auth/register", null, person().put("name", "Ada"));
            dev.stop();
            assertThat(strays()).isZero();
            dev.start();
            assertThat(token(dev)).isNotBlank();
            dev.kill();
            dev.start();
            assertThat(token(dev)).isNotBlank();
        }
        assertThat(strays()).isZero();
    }

    private long strays() {
        var data = folder.toString();
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(data))
                .count();
    }

    private static JsonObject person() {
        return new JsonObject().put("email", EMAIL).put("password", PASSWORD);
    }

    private static String token(DevProcess dev) throws Exception {
        return dev.expect(200, "POST", "/v1/auth/login", null, person()).getString("accessToken");
    }

    private static long occurrences(JsonObject page, String id) {
        return page.getJsonArray("items").stream()
                .filter(item -> item.toString().contains(id))
                .count();
    }
}
