package io.vertebra.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/configuration.md} equal; {@code -Dvertebra.write-docs=true} writes it anew. */
class ConfigurationPageTest {
    private static final Path FOLDER = Configuration.folder(Map.of());
    private static final Path PAGE = FOLDER.resolveSibling("docs").resolve("configuration.md");

    @Test
    void the_page_says_what_the_configuration_is() throws Exception {
        var page = page();
        if (Boolean.getBoolean("vertebra.write-docs")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("run once with -Dvertebra.write-docs=true")
                .content()
                .isEqualTo(page);
    }

    private static String page() {
        var configuration = Configuration.of(Map.of("APP_ENV", "local"), FOLDER);
        var defaults = Configuration.of(Map.of("APP_ENV", "local"), FOLDER).defaults();
        var text = new StringBuilder(HEAD);
        var section = "";
        for (var setting : defaults) {
            var name = setting.key().substring(0, setting.key().indexOf('.'));
            if (!name.equals(section)) {
                section = name;
                text.append("\n## ")
                        .append(name)
                        .append("\n\n")
                        .append(configuration.sections().get(name));
                text.append("\n\n| key | default | meaning |\n| --- | --- | --- |\n");
            }
            text.append(row(setting));
        }
        return text.toString();
    }

    private static String row(Configuration.Setting setting) {
        var alias = setting.alias() == null ? "" : " Also `" + setting.alias() + "`.";
        var value = setting.value().isEmpty() ? "" : "`" + setting.value() + "`";
        var takes = setting.takes().startsWith("a secret") ? " Takes " + setting.takes() + "." : "";
        return "| `" + setting.key() + "` | " + value + " | "
                + setting.comment().replace("|", "\\|") + takes + alias + " |\n";
    }

    private static final String HEAD = """
            # Configuration

            Generated from `conf/vertebra.yaml`; a test keeps it equal.

            Later ones win: `conf/vertebra.yaml`, the file of the environment (`conf/local.yaml`, `conf/staging.yaml` or
            `conf/production.yaml`, chosen by `APP_ENV` or its alias `ENVIRONMENT`; `local` when neither is set), the
            variables that people expect (`PORT`, `POSTGRES_*`, `DATABASE_URL`, `REDIS_URL`, `OTEL_*`), a variable for
            every key, options of the command line. The variable of a key is `VERTEBRA_` and the key in capitals with
            underscores: `http.handle-timeout` is `VERTEBRA_HTTP_HANDLE_TIMEOUT`; lists are written with commas.
            `VERTEBRA_CONF` names another folder than `conf`.

            Times are written `500ms`, `30s`, `10m`, `12h`, `7d`, sizes `512B`, `64KiB`, `1MiB`. A secret may be given
            as `file:` and the path of a file that holds it. Every mistake is named at once when the platform starts;
            unknown keys are mistakes; `staging` and `production` refuse secrets that still have their default.
            `./vertebra doctor` shows what is set and by what.
            """;
}
