package io.vertebra.chaos;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One inline command to Redis over a plain socket. */
final class RedisCommand {
    private RedisCommand() {}

    /** Sends it and answers the first line that comes back for it. */
    static String send(int port, String password, String command) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5_000);
            var out = socket.getOutputStream();
            out.write(("AUTH " + password + "\r\n" + command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            var lines = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\r\n");
            return lines.length > 1 ? lines[1] : "";
        }
    }
}
