package io.vertebra.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final Path FOLDER = Configuration.folder(Map.of());
    private static final String LONG = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private static Configuration of(String... pairs) {
        var env = new HashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            env.put(pairs[i], pairs[i + 1]);
        }
        return Configuration.of(env, FOLDER);
    }

    private static List<String> mistakes(Configuration configuration) {
        return configuration.mistakes(Settings.platform()).stream()
                .map(Mistake::toString)
                .toList();
    }

    @Test
    void the_defaults_bind_to_every_record() {
        of().check(Settings.platform());
        var http = of().section("http", HttpSettings.class);
        assertThat(http.port()).isEqualTo(8080);
        assertThat(http.handleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(http.bodyMax()).isEqualTo(1 << 20);
        assertThat(http.tls().on()).isFalse();
    }

    @Test
    void every_key_has_a_comment() {
        assertThat(of().settings())
                .allSatisfy(setting ->
                        assertThat(setting.comment()).as(setting.key()).isNotBlank());
        assertThat(of().sections())
                .allSatisfy((name, comment) -> assertThat(comment).as(name).isNotBlank());
    }

    @Test
    void all_mistakes_are_named_at_once() {
        var configuration = of(
                "PORT", "eighty",
                "VERTEBRA_HTTP_PROT", "1",
                "VERTEBRA_HTTP_HANDLE_TIMEOUT", "30",
                "VERTEBRA_LOGGER_LEVEL", "loud",
                "VERTEBRA_DATABASE_READERS", "0",
                "VERTEBRA_APP_MASTER_SECRET", "short",
                "DATABASE_URL", "mysql://root:hunter2@db/x",
                "VERTEBRA_HTTP_TLS_KEY", "key.pem");
        assertThat(mistakes(configuration))
                .containsExactlyInAnyOrder(
                        "http.port must be a whole number (variable PORT)",
                        "VERTEBRA_HTTP_PROT is no known variable; did you mean VERTEBRA_HTTP_PORT?",
                        "http.handle-timeout must be a time such as 500ms, 30s, 10m, 12h or 7d"
                                + " (variable VERTEBRA_HTTP_HANDLE_TIMEOUT)",
                        "logger.level must be one of trace, debug, info, warn, error (variable VERTEBRA_LOGGER_LEVEL)",
                        "database.readers must be greater than or equal to 1 (variable VERTEBRA_DATABASE_READERS)",
                        "app master-secret must have at least 32 characters",
                        "DATABASE_URL must be an address like postgresql://user:password@host:5432/name",
                        "http.tls needs both certificate and key");
        assertThatThrownBy(() -> configuration.section("http", HttpSettings.class))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("http.port must be")
                .hasMessageContaining("VERTEBRA_HTTP_PROT");
    }

    @Test
    void an_unknown_key_of_a_file_is_refused_with_its_line() throws Exception {
        Files.copy(FOLDER.resolve("vertebra.yaml"), folder.resolve("vertebra.yaml"));
        Files.writeString(folder.resolve("local.yaml"), "http:\n  prot: 80\n  port: 1\n  port: 2\n");
        var where = folder.getFileName() + "/local.yaml";
        assertThat(mistakes(Configuration.of(Map.of(), folder)))
                .containsExactly(
                        "http.port stands there twice (" + where + ":4)",
                        "http.prot is no known key; did you mean http.port? (" + where + ":2)");
    }

    @Test
    void a_file_that_is_no_yaml_is_named_with_its_line() throws Exception {
        Files.copy(FOLDER.resolve("vertebra.yaml"), folder.resolve("vertebra.yaml"));
        Files.writeString(folder.resolve("local.yaml"), "http:\n  port: [1\n");
        assertThat(mistakes(Configuration.of(Map.of(), folder)))
                .singleElement()
                .asString()
                .contains("is no YAML");
    }

    @ParameterizedTest
    @CsvSource({
        "POSTGRES_HOST, db1, database.host, db1",
        "POSTGRES_SSL, true, database.ssl, require",
        "POSTGRES_DB, shop, database.name, shop",
        "PORT, 9000, http.port, 9000",
        "OTEL_SERVICE_NAME, shop, telemetry.service-name, shop",
        "OTEL_EXPORTER_OTLP_ENDPOINT, http://otel:4317, telemetry.otlp-endpoint, http://otel:4317",
        "VERTEBRA_HTTP_HANDLE_TIMEOUT, 10s, http.handle-timeout, 10s",
        "VERTEBRA_HTTP_TLS_CERTIFICATE, a.pem, http.tls.certificate, a.pem",
        "'VERTEBRA_CLUSTER_MEMBERS', 'a:1, b:2', cluster.members, 'a:1, b:2'",
    })
    void variables_override_files(String name, String value, String key, String expected) {
        var setting = of(name, value).settings().stream()
                .filter(one -> one.key().equals(key))
                .findFirst();
        assertThat(setting).get().satisfies(one -> {
            assertThat(one.value()).isEqualTo(expected);
            assertThat(one.where()).isEqualTo("variable " + name);
        });
    }

    @Test
    void an_address_is_taken_apart_and_wins_over_its_parts() {
        var database = of(
                        "DATABASE_URL",
                        "postgres://ann:p%40ss+1@db:6432/shop?sslmode=verify-full",
                        "POSTGRES_HOST",
                        "x")
                .section("database", DatabaseSettings.class);
        assertThat(database.host()).isEqualTo("db");
        assertThat(database.port()).isEqualTo(6432);
        assertThat(database.name()).isEqualTo("shop");
        assertThat(database.user()).isEqualTo("ann");
        assertThat(database.password().reveal()).isEqualTo("p@ss+1");
        assertThat(database.ssl()).isEqualTo(DatabaseSettings.Ssl.VERIFY_FULL);
        var redis = of("REDIS_URL", "rediss://:geheim@cache/3").section("redis", RedisSettings.class);
        assertThat(redis.url().reveal()).isEqualTo("rediss://:geheim@cache:6379/3");
    }

    @Test
    void the_generic_variable_wins_over_the_expected_one() {
        assertThat(of("PORT", "1", "VERTEBRA_HTTP_PORT", "2")
                        .section("http", HttpSettings.class)
                        .port())
                .isEqualTo(2);
        assertThat(of("PORT", "1")
                        .with("http.port", "3")
                        .section("http", HttpSettings.class)
                        .port())
                .isEqualTo(3);
    }

    @Test
    void a_secret_may_stand_in_a_file() throws Exception {
        var file = Files.writeString(folder.resolve("master"), LONG + "\n");
        var app = of("VERTEBRA_APP_MASTER_SECRET", "file:" + file).section("app", AppSettings.class);
        assertThat(app.masterSecret().reveal()).isEqualTo(LONG);
        assertThat(mistakes(of("POSTGRES_PASSWORD", "file:/nowhere/x")))
                .containsExactly(
                        "database.password names a file that cannot be read: /nowhere/x (variable POSTGRES_PASSWORD)");
    }

    @Test
    void no_secret_is_ever_printed() {
        var configuration = of("POSTGRES_PASSWORD", "hunter2hunter2", "DATABASE_URL", "nonsense:hunter2hunter2");
        assertThat(configuration.settings().toString()).doesNotContain("hunter2");
        assertThat(mistakes(configuration).toString()).doesNotContain("hunter2");
        var database = of("POSTGRES_PASSWORD", "hunter2hunter2").section("database", DatabaseSettings.class);
        assertThat(database.toString()).doesNotContain("hunter2").contains("(hidden)");
        assertThat(""
                        + of("REDIS_URL", "redis://:hunter2@x")
                                .section("redis", RedisSettings.class)
                                .url())
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "staging", "prod"})
    void default_secrets_are_refused_outside_of_a_developers_machine(String environment) {
        assertThat(mistakes(of("APP_ENV", environment)))
                .extracting(mistake -> mistake.split(" ")[0])
                .containsExactly("app.master-secret", "cluster.secret", "database.password");
        assertThat(mistakes(of("ENVIRONMENT", environment, "POSTGRES_PASSWORD", "changeme")))
                .anyMatch(mistake -> mistake.startsWith("database.password still has a default"));
        of(
                        "ENVIRONMENT", environment,
                        "VERTEBRA_APP_MASTER_SECRET", LONG,
                        "VERTEBRA_CLUSTER_SECRET", LONG,
                        "POSTGRES_PASSWORD", "walnut cellar tidal quorum")
                .check(Settings.platform());
    }

    @Test
    void the_environment_must_be_known_and_unambiguous() {
        assertThat(mistakes(of("APP_ENV", "moon"))).contains("APP_ENV must be local, staging or production");
        assertThat(mistakes(of("APP_ENV", "local", "ENVIRONMENT", "production")))
                .containsExactly("APP_ENV and its alias ENVIRONMENT name different environments");
        assertThat(of("APP_ENV", "local", "ENVIRONMENT", "dev").environment()).isEqualTo(Environment.LOCAL);
    }
}
