package io.vertebra.kernel.config;

import java.util.Map;
import java.util.TreeMap;

/** The sections that belong to the platform itself; each domain adds its own. */
public final class Settings {
    private Settings() {}

    /** Each section of the platform and the record it is bound to. */
    public static Map<String, Class<? extends Record>> platform() {
        return new TreeMap<>(Map.ofEntries(
                Map.entry("app", AppSettings.class),
                Map.entry("logger", LoggerSettings.class),
                Map.entry("http", HttpSettings.class),
                Map.entry("live", LiveSettings.class),
                Map.entry("database", DatabaseSettings.class),
                Map.entry("backup", BackupSettings.class),
                Map.entry("redis", RedisSettings.class),
                Map.entry("cluster", ClusterSettings.class),
                Map.entry("mail", MailSettings.class),
                Map.entry("telemetry", TelemetrySettings.class),
                Map.entry("events", EventsSettings.class),
                Map.entry("jobs", JobsSettings.class)));
    }
}
