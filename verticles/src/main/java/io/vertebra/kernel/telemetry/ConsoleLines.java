package io.vertebra.kernel.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Log lines for people: time, level, logger, message, then what the request carries. */
final class ConsoleLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final String PLAIN = "\u001b[0m";
    private static final String GREY = "\u001b[90m";

    private final boolean colour;
    private final ZoneId zone = ZoneId.systemDefault();
    private final ThrowableProxyConverter stacks = new ThrowableProxyConverter();

    ConsoleLines(boolean colour) {
        this.colour = colour;
        stacks.start();
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line = new StringBuilder(160);
        line.append(paint(
                GREY, TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone))));
        line.append(' ').append(paint(colourOf(event.getLevel()), "%-5s".formatted(event.getLevel())));
        line.append(' ').append(paint(GREY, "%-12s".formatted(room(event.getLoggerName()))));
        line.append(' ').append(Scrubber.scrub(event.getFormattedMessage()));
        var rest = new StringBuilder();
        event.getMDCPropertyMap()
                .forEach((name, value) ->
                        rest.append(' ').append(name).append('=').append(value));
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs()
                    .forEach(pair ->
                            rest.append(' ').append(pair.key).append('=').append(pair.value));
        }
        if (!rest.isEmpty()) {
            line.append(' ').append(paint(GREY, Scrubber.scrub(rest.toString())));
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(Scrubber.scrub(stacks.convert(event)));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The room that a logger belongs to: {@code orgs} of {@code io.vertebra.orgs.Projects}. */
    private static String room(String logger) {
        var end = logger.lastIndexOf('.');
        var start = logger.lastIndexOf('.', end - 1);
        return end < 0 ? logger : logger.substring(start + 1, end);
    }

    private static String colourOf(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "\u001b[31m";
            case Level.WARN_INT -> "\u001b[33m";
            case Level.INFO_INT -> "\u001b[32m";
            default -> GREY;
        };
    }

    private String paint(String paint, String text) {
        return colour ? paint + text + PLAIN : text;
    }
}
