package io.vertebra.bench;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A bare connection to a door, from an address of its own, on which anything can be written. */
final class Wire implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String UPGRADE = "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Protocol: vertebra.live.v1\r\n%s\r\n\r\n";

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Wire(String from, int port) throws IOException {
        socket = new Socket();
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    static JsonObject frame(String type, String address) {
        return new JsonObject().put("type", type).put("address", address).put("headers", new JsonObject());
    }

    void send(JsonObject frame) throws IOException {
        raw(bytes(frame));
    }

    /** A frame with its length. */
    static byte[] bytes(JsonObject frame) {
        var text = frame.encode().getBytes(StandardCharsets.UTF_8);
        return java.nio.ByteBuffer.allocate(Integer.BYTES + text.length)
                .putInt(text.length)
                .put(text)
                .array();
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Shows a token; whether it was taken. */
    boolean authenticate(String token) throws IOException {
        var frame = frame("send", "live.auth").put("replyAddress", "known");
        frame.getJsonObject("headers").put("token", token);
        send(frame);
        return !"err".equals(next().getString("type"));
    }

    JsonObject next() throws IOException {
        var text = new byte[in.readInt()];
        in.readFully(text);
        return new JsonObject(new String(text, StandardCharsets.UTF_8));
    }

    /** Asks for a WebSocket; answers the status. */
    int upgrade(String path, String header) throws IOException {
        raw(UPGRADE.formatted(path, header).getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    /** Reads until the server ends the connection. */
    void awaitEnd() throws IOException {
        in.transferTo(java.io.OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
