package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.testing.Certificate;
import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door with a certificate in its configuration. */
class TlsTest {
    @TempDir
    private static Path folder;

    private static Certificate certificate;
    private static TestPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        certificate = Certificate.in(folder);
        platform = TestPlatform.start(Map.of(
                "http.tls.certificate", certificate.chain().toString(),
                "http.tls.key", certificate.key().toString()));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static HttpResponse<String> get(HttpClient.Version version, String path) throws Exception {
        var client = HttpClient.newBuilder()
                .version(version)
                .sslContext(certificate.trust())
                .build();
        var request = HttpRequest.newBuilder(URI.create("https://localhost:" + port() + path));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int port() {
        return platform.platform().port("http");
    }

    @Test
    void both_versions_of_http_are_served_and_browsers_are_told_to_stay() throws Exception {
        for (var version : HttpClient.Version.values()) {
            var health = get(version, "/health");
            assertThat(health.version()).isEqualTo(version);
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.headers().firstValue("strict-transport-security").orElseThrow())
                    .contains("max-age=");
            var me = get(version, "/v1/me");
            assertThat(me.statusCode()).isEqualTo(401);
            assertThat(me.headers().firstValue("strict-transport-security")).isPresent();
        }
    }

    @Test
    void framing_is_as_strict_as_without() throws Exception {
        try (var socket = certificate.trust().getSocketFactory().createSocket("localhost", port())) {
            var answer = Raw.ask(
                    socket,
                    "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        }
    }

    @Test
    void older_versions_of_tls_and_plain_text_are_refused() throws Exception {
        try (var socket = (SSLSocket) certificate.trust().getSocketFactory().createSocket("localhost", port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        var plain = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/health"));
        assertThatThrownBy(() -> HttpClient.newHttpClient().send(plain.build(), HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(IOException.class);
    }
}
