package io.vertebra.kernel.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScrubberTest {
    private static final String JWT =
            "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            login of ann.lee+shop@mail.example.com failed     | login of (e-mail) failed
            GET /v1/x?email=ann%40example.com                 | GET /v1/x?email=(e-mail)
            <müller@bücher.example>                           | <(e-mail)>
            Authorization: Bearer abcdef123456                | Authorization: (hidden) (hidden)
            used Bearer abcdef123456.x                        | used Bearer (hidden)
            {"password":"p\\"w d","name":"x"}                 | {"password":(hidden),"name":"x"}
            {"newPassword": "hunter2", "a": 1}                | {"newPassword": (hidden), "a": 1}
            password=hunter2&name=x                           | password=(hidden)&name=x
            Login[email=a@b.cc, password=hunter2]             | Login[email=(e-mail), password=(hidden)]
            refreshToken=abc, other=1                         | refreshToken=(hidden), other=1
            refresh_token: abc                                | refresh_token: (hidden)
            Set-Cookie: vertebra=abc; Path=/                  | Set-Cookie: (hidden); Path=/
            postgresql://ann:hunter2@db:5432/x                | postgresql://(hidden)@db:5432/x
            redis://:hunter2@cache/0                          | redis://(hidden)@cache/0
            client_secret='a b'                               | client_secret=(hidden)
            link #token=Zm9vYmFyYmF6                          | link #token=(hidden)
            """)
    void secrets_and_personal_data_go(String text, String expected) {
        assertThat(Scrubber.scrub(text)).isEqualTo(expected);
    }

    @Test
    void tokens_go_wherever_they_stand() {
        assertThat(Scrubber.scrub("got " + JWT + " from x")).isEqualTo("got (token) from x");
        assertThat(Scrubber.scrub("/x/" + JWT)).doesNotContain("eyJ");
        assertThat(Scrubber.scrub("key Ab3dEfGh1jKlMnOpQrStUvWxYz0123456789_-AbCd end"))
                .isEqualTo("key (hidden) end");
        assertThat(Scrubber.scrub("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- rest"))
                .isEqualTo("(private key) rest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/orgs/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b 200 3 ms",
                "trace 4bf92f3577b34da6a3ce929d0e0e4736",
                "digest e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "password was changed",
                "the token expired",
                "at io.vertebra.kernel.telemetry.ScrubberTest.what_is_no_secret_stays(ScrubberTest.java:1)",
                "listening on http://localhost:8080",
                "password=null",
                "12:30:00 done",
            })
    void what_is_no_secret_stays(String text) {
        assertThat(Scrubber.scrub(text)).isEqualTo(text);
    }

    @Test
    void a_long_hostile_text_is_scrubbed_in_linear_time() {
        var text = "password=\"" + "\\a".repeat(100_000) + "a".repeat(200_000) + "@" + "b.".repeat(50_000)
                + "-".repeat(9_999);
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Scrubber.scrub(text));
    }
}
