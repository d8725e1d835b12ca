package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertebra.kernel.config.ClusterSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What the files in {@code docker/} tell a node is what a node understands. */
class DeploymentsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Map<String, String> FILLED_IN = Map.of(
            "${DOMAIN:?see .env.example}", "vertebra.example.com",
            "${MAIL_HOST:?see .env.example}", "smtp.example.com",
            "${MAIL_FROM:?see .env.example}", "Vertebra <no-reply@example.com>",
            "${OTLP_ENDPOINT:-}", "http://tempo:4317");

    @TempDir
    Path folder;

    private Configuration read(Map<String, Object> variables) throws IOException {
        var secret = Files.writeString(folder.resolve("secret"), "a secret of forty-eight characters, for this test");
        var environment = new HashMap<String, String>();
        variables.forEach((name, value) -> {
            var text = value.toString();
            for (var each : FILLED_IN.entrySet()) {
                text = text.replace(each.getKey(), each.getValue());
            }
            environment.put(name, text.startsWith("file:/run/secrets/") ? "file:" + secret : text);
        });
        return Configuration.of(environment, ROOT.resolve("conf"));
    }

    private static Map<String, Object> yaml(String path) throws IOException {
        return new Yaml().load(Files.readString(ROOT.resolve(path)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> under(Map<String, Object> node, String... keys) {
        for (var key : keys) {
            node = (Map<String, Object>) node.get(key);
        }
        return node;
    }

    @Test
    void every_node_of_the_compose_file_is_configured_without_a_mistake() throws IOException {
        var compose = yaml("docker/compose.yaml");
        for (var service : List.of("node-1", "node-2", "node-3", "migrate")) {
            var configuration = read(under(compose, "services", service, "environment"));
            assertThatCode(() -> configuration.check(Settings.platform()))
                    .as(service)
                    .doesNotThrowAnyException();
            assertThat(configuration.section("cluster", ClusterSettings.class).members())
                    .hasSize(3);
        }
    }

    @Test
    void the_settings_of_the_manifests_are_without_a_mistake() throws IOException {
        var variables = new HashMap<>(under(yaml("docker/kubernetes/base/shared/settings.yaml"), "data"));
        variables.put("VERTEBRA_DATABASE_PASSWORD", "not-for-nodes");
        var configuration = read(variables);
        assertThatCode(() -> configuration.check(Settings.platform())).doesNotThrowAnyException();
        assertThat(configuration.section("cluster", ClusterSettings.class).members())
                .containsExactly("vertebra-nodes:5701");
    }
}
