package io.vertebra.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.testing.Certificate;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TCP door with a certificate in its configuration, and the TLS of the JDK as a client. */
class TcpTlsTest {
    @TempDir
    private static Path folder;

    private static Certificate certificate;
    private static TestPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        certificate = Certificate.in(folder);
        platform = TestPlatform.start(Map.of(
                "live.tcp.enabled", "true",
                "live.tcp.host", "127.0.0.1",
                "live.tcp.port", "0",
                "live.tcp.tls.certificate", certificate.chain().toString(),
                "live.tcp.tls.key", certificate.key().toString()));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static int port() {
        return platform.platform().port("tcp");
    }

    private static SSLSocket connect(SSLContext trust) throws IOException {
        var socket = (SSLSocket) trust.getSocketFactory().createSocket("localhost", port());
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static void send(Socket socket, JsonObject frame) throws IOException {
        var text = frame.encode().getBytes(StandardCharsets.UTF_8);
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(text.length);
        out.write(text);
    }

    private static JsonObject next(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        var text = new byte[in.readInt()];
        in.readFully(text);
        return new JsonObject(new String(text, StandardCharsets.UTF_8));
    }

    @Test
    void a_client_that_trusts_the_certificate_asks_and_follows() throws Exception {
        var api = platform.api();
        var owner = Person.signUp(api, "Ann Owner");
        var org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(owner.token())
                .send()
                .expect(201)
                .text("id");
        try (var socket = connect(certificate.trust())) {
            var topic = "orgs/" + org + "/events";
            send(socket, TcpClient.frame("register", topic, owner.token()).put("replyAddress", "begun"));
            assertThat(next(socket).getString("address")).isEqualTo("begun");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            var body = new JsonObject().put("orgId", org).put("name", "over TLS");
            send(socket, TcpClient.frame("send", "Orgs.CreateProject", null).put("body", body));
            assertThat(next(socket).getJsonObject("body").getJsonObject("data").getString("name"))
                    .isEqualTo("over TLS");
        }
    }

    @Test
    void older_versions_strangers_and_plain_text_get_nowhere() throws Exception {
        try (var socket = connect(certificate.trust())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        try (var socket = connect(SSLContext.getDefault())) {
            assertThatThrownBy(socket::startHandshake)
                    .as("a certificate that the client does not trust")
                    .isInstanceOf(SSLException.class);
        }
        try (var socket = new Socket("localhost", port())) {
            send(socket, TcpClient.frame("ping", "", null));
            var answer = socket.getInputStream().readAllBytes();
            assertThat(answer).as("an alert of TLS at most").hasSizeLessThan(16);
        }
    }
}
