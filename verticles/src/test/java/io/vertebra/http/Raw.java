package io.vertebra.http;

import io.vertebra.testing.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Sends bytes that no client would send, and reads what comes back. */
final class Raw {
    private static final int WAIT_MS = 10_000;
    private static final String LENGTH = "content-length:";

    private Raw() {}

    /** The first answer of a door to these bytes, head and body as they came. */
    static String ask(Api door, String bytes) {
        var at = URI.create(door.base());
        try (var socket = new Socket(at.getHost(), at.getPort())) {
            return ask(socket, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first answer on this connection. */
    static String ask(Socket socket, String bytes) throws IOException {
        socket.setSoTimeout(WAIT_MS);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        var text = new StringBuilder();
        var buffer = new byte[16_384];
        while (!complete(text.toString())) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                break;
            }
            text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static boolean complete(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        var head = answer.substring(0, end).toLowerCase(Locale.ROOT);
        int at = head.indexOf(LENGTH);
        if (at < 0) {
            return true;
        }
        var length = head.substring(at + LENGTH.length()).lines().findFirst().orElseThrow();
        int body = answer.substring(end + 4).getBytes(StandardCharsets.UTF_8).length;
        return body >= Integer.parseInt(length.trim());
    }
}
