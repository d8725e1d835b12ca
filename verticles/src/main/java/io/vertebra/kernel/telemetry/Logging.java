package io.vertebra.kernel.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.Environment;
import io.vertebra.kernel.config.LoggerSettings;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Sets up what is logged, and how, from the section {@code logger}. */
public final class Logging {
    private static final int HISTORY_DAYS = 14;

    private Logging() {}

    /** Applies the configuration; may be called again. */
    public static void start(Configuration configuration, String service, String node) {
        System.setProperty("hazelcast.logging.type", "slf4j");
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        var settings = configuration.section("logger", LoggerSettings.class);
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var queue = new LogQueue();
        queue.setContext(context);
        queue.addAppender(appender(context, settings, encoder(configuration, settings, service, node)));
        queue.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.valueOf(settings.level().name()));
        root.addAppender(queue);
        settings.levels().forEach(pair -> level(context, pair));
    }

    /** Writes out what still waits; the last thing that a process does. */
    public static void stop() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    private static void level(LoggerContext context, String pair) {
        int equals = pair.indexOf('=');
        context.getLogger(pair.substring(0, equals)).setLevel(Level.valueOf(pair.substring(equals + 1)));
    }

    private static Encoder<ILoggingEvent> encoder(
            Configuration configuration, LoggerSettings settings, String service, String node) {
        var json = settings.format() == LoggerSettings.Format.JSON
                || settings.format() == LoggerSettings.Format.AUTO && configuration.environment() != Environment.LOCAL;
        var terminal = System.console() != null && System.getenv("NO_COLOR") == null && isStream(settings);
        return json ? new JsonLines(service, node) : new ConsoleLines(terminal);
    }

    private static boolean isStream(LoggerSettings settings) {
        return List.of("stdout", "stderr").contains(settings.output());
    }

    private static OutputStreamAppender<ILoggingEvent> appender(
            LoggerContext context, LoggerSettings settings, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender;
        if (isStream(settings)) {
            var console = new ConsoleAppender<ILoggingEvent>();
            var target = settings.output().equals("stderr") ? ConsoleTarget.SystemErr : ConsoleTarget.SystemOut;
            console.setTarget(target.getName());
            appender = console;
        } else {
            appender = file(context, settings.output());
        }
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, String path) {
        var file = new RollingFileAppender<ILoggingEvent>();
        file.setFile(path);
        var rolling = new SizeAndTimeBasedRollingPolicy<ILoggingEvent>();
        rolling.setContext(context);
        rolling.setParent(file);
        rolling.setFileNamePattern(path + ".%d{yyyy-MM-dd}.%i.gz");
        rolling.setMaxFileSize(FileSize.valueOf("100MB"));
        rolling.setMaxHistory(HISTORY_DAYS);
        rolling.start();
        file.setRollingPolicy(rolling);
        return file;
    }
}
