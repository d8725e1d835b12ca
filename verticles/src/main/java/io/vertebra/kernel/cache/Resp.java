package io.vertebra.kernel.cache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Redis protocol (RESP2): commands as bytes, and a reader of replies that takes them in pieces. A reply is a String,
 * a Long, a List, null or a {@link RedisError}.
 */
final class Resp {
    private static final Object INCOMPLETE = new Object();
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int position;
    private int end;

    /** The bytes of one command. */
    static byte[] command(String... arguments) {
        return command(List.of(arguments));
    }

    /** The bytes of one command. */
    static byte[] command(List<String> arguments) {
        var text = new StringBuilder(32 + arguments.size() * 24);
        text.append('*').append(arguments.size()).append("\r\n");
        for (var argument : arguments) {
            text.append('$').append(length(argument)).append("\r\n").append(argument).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static int length(String argument) {
        for (var i = 0; i < argument.length(); i++) {
            if (argument.charAt(i) > 127) {
                return argument.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return argument.length();
    }

    /** Takes what came over the connection and hands over every reply that is complete. */
    void read(byte[] piece, Consumer<@Nullable Object> replies) {
        if (position == end) {
            bytes = piece;
        } else {
            var rest = end - position;
            var joined = Arrays.copyOfRange(bytes, position, end + piece.length);
            System.arraycopy(piece, 0, joined, rest, piece.length);
            bytes = joined;
        }
        position = 0;
        end = bytes.length;
        while (position < end) {
            var start = position;
            var reply = next();
            if (reply == INCOMPLETE) {
                position = start;
                return;
            }
            replies.accept(reply);
        }
    }

    /** Forgets what was read of an unfinished reply. */
    void reset() {
        bytes = NONE;
        position = 0;
        end = 0;
    }

    private @Nullable Object next() {
        var newline = lineEnd();
        if (newline < 0) {
            return INCOMPLETE;
        }
        var type = bytes[position];
        var from = position + 1;
        position = newline + 2;
        return switch (type) {
            case '+' -> text(from, newline);
            case '-' -> new RedisError(text(from, newline));
            case ':' -> number(from, newline);
            case '$' -> bulk((int) number(from, newline));
            case '*' -> list((int) number(from, newline));
            default -> throw new IllegalStateException("not a Redis reply");
        };
    }

    private @Nullable Object bulk(int length) {
        if (length < 0) {
            return null;
        }
        if (end - position < length + 2) {
            return INCOMPLETE;
        }
        var value = text(position, position + length);
        position += length + 2;
        return value;
    }

    private @Nullable Object list(int size) {
        if (size < 0) {
            return null;
        }
        var values = new ArrayList<@Nullable Object>(size);
        for (var i = 0; i < size; i++) {
            var value = position < end ? next() : INCOMPLETE;
            if (value == INCOMPLETE) {
                return INCOMPLETE;
            }
            values.add(value);
        }
        return values;
    }

    private int lineEnd() {
        for (var i = position; i < end - 1; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private long number(int from, int to) {
        var negative = bytes[from] == '-';
        var value = 0L;
        for (var i = negative ? from + 1 : from; i < to; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        return negative ? -value : value;
    }
}
