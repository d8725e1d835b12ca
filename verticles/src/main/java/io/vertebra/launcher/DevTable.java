package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.config.LiveSettings;
import io.vertebra.kernel.telemetry.Build;
import io.vertebra.launcher.DevFolder.Operator;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What {@code dev} says when it is ready: one short table. */
final class DevTable {
    private final Configuration configuration;
    private final DevFolder folder;
    private final @Nullable Operator operator;

    DevTable(Configuration configuration, DevFolder folder, @Nullable Operator operator) {
        this.configuration = configuration;
        this.folder = folder;
        this.operator = operator;
    }

    /** The port that the REST door will listen on. */
    static int port(Configuration configuration) {
        return configuration.section("http", HttpSettings.class).port();
    }

    private static int tcp(Configuration configuration) {
        return configuration.section("live", LiveSettings.class).tcp().port();
    }

    String text() {
        var base = "http://localhost:" + port(configuration);
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("  Vertebra " + Build.current().version() + " is ready after " + seconds());
        lines.add("");
        lines.add(row("console", base + "/"));
        lines.add(row("API docs", base + "/docs"));
        lines.add(row("health", base + "/health"));
        lines.add(row("live", "ws" + base.substring(4) + "/v1/live, " + base + "/eventbus, TCP " + tcp(configuration)));
        lines.add(row("mailbox", base + "/dev/mail"));
        lines.add(row("data", folder.path().toString()));
        if (operator != null) {
            lines.add(row("superuser", operator.email()));
            lines.add(row("password", operator.password() + "   (shown once)"));
        }
        lines.add("");
        return String.join(System.lineSeparator(), lines);
    }

    /** Since the script began, builds included; since the JVM began when there was no script. */
    private static String seconds() {
        var begun = System.getProperty("vertebra.begun");
        var jvm = ManagementFactory.getRuntimeMXBean().getStartTime();
        var java = Progress.seconds((Clock.systemUTC().millis() - jvm) * 1_000_000);
        if (begun == null) {
            return java;
        }
        long build = jvm / 1000 - Long.parseLong(begun);
        return build <= 1 ? java : java + " (and " + build + " s of building)";
    }

    private static String row(String name, String value) {
        return "  %-10s %s".formatted(name, value);
    }
}
