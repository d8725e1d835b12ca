package io.vertebra.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final byte[] PING = "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);

    /** Whether somebody answers on this connection. */
    private static boolean served(Socket socket) {
        try {
            socket.getOutputStream().write(PING);
            return socket.getInputStream().read() == 'H';
        } catch (IOException reset) {
            return false;
        }
    }

    @Test
    void a_connection_too_many_is_closed_until_another_one_ends() throws IOException {
        try (var platform = TestPlatform.start(Map.of("http.connections-max", "2"))) {
            int port = platform.platform().port("http");
            try (var first = new Socket("127.0.0.1", port);
                    var second = new Socket("127.0.0.1", port)) {
                assertThat(served(first)).isTrue();
                assertThat(served(second)).isTrue();
                try (var third = new Socket("127.0.0.1", port)) {
                    assertThat(served(third)).isFalse();
                }
                first.close();
                boolean again = false;
                while (!again) {
                    try (var next = new Socket("127.0.0.1", port)) {
                        again = served(next);
                    }
                }
            }
        }
    }

    /** An upgraded connection gives its place back, too. */
    @Test
    void web_sockets_that_have_ended_take_no_place() throws IOException {
        try (var platform = TestPlatform.start(Map.of("http.connections-max", "2"))) {
            int port = platform.platform().port("http");
            for (int i = 0; i < 5; i++) {
                boolean upgraded = false;
                while (!upgraded) {
                    try (var socket = new Socket("127.0.0.1", port)) {
                        upgraded = upgraded(socket);
                    }
                }
            }
        }
    }

    private static boolean upgraded(Socket socket) throws IOException {
        try {
            socket.getOutputStream()
                    .write(("GET /v1/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                    + "Sec-WebSocket-Protocol: vertebra.live.v1\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 101");
        } catch (SocketException closed) {
            return false;
        }
    }
}
