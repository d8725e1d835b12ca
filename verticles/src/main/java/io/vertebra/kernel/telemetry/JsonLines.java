package io.vertebra.kernel.telemetry;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;

/** One JSON object a line: what happened, where, and on whose request. */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int STACK_MAX = 16 * 1024;

    private final String service;
    private final String node;
    private final ThrowableProxyConverter stacks = new ThrowableProxyConverter();

    JsonLines(String service, String node) {
        this.service = service;
        this.node = node;
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
        var bytes = new ByteArrayOutputStream(512);
        try (var json = JSON.createGenerator(bytes)) {
            write(event, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private void write(ILoggingEvent event, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "timestamp", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        json.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        json.writeStringField("service", service);
        json.writeStringField("node", node);
        json.writeStringField("logger", event.getLoggerName());
        json.writeStringField("message", Scrubber.scrub(event.getFormattedMessage()));
        for (var field : event.getMDCPropertyMap().entrySet()) {
            json.writeStringField(field.getKey(), Scrubber.scrub(field.getValue()));
        }
        if (event.getKeyValuePairs() != null) {
            for (var pair : event.getKeyValuePairs()) {
                json.writeFieldName(pair.key);
                value(json, pair.key, pair.value);
            }
        }
        if (event.getThrowableProxy() != null) {
            var stack = Scrubber.scrub(stacks.convert(event));
            json.writeStringField("error", event.getThrowableProxy().getClassName());
            json.writeStringField("stack", stack.length() > STACK_MAX ? stack.substring(0, STACK_MAX) : stack);
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, String key, Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Boolean flag -> json.writeBoolean(flag);
            default -> json.writeString(Scrubber.value(key, String.valueOf(value)));
        }
    }
}
