package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.TestPlatform;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Failed sign-ins from one network, however many addresses and accounts it tries. */
class AttemptsTest {
    private static final int FAILURES = 3;
    private static TestPlatform on;

    @BeforeAll
    static void start() {
        on = TestPlatform.start(Map.of(
                "accounts.argon2-memory", "7MiB",
                "accounts.failures-per-address-per-minute", Integer.toString(FAILURES),
                "http.trusted-proxies", "127.0.0.1"));
    }

    @AfterAll
    static void stop() {
        on.close();
    }

    private static Api.Answer failed(String address, String email) {
        return on.api()
                .post("/v1/auth/login", Someone.json("email", email, "password", "not the password"))
                .header("X-Forwarded-For", address)
                .send();
    }

    @Test
    void the_addresses_of_one_ipv6_network_are_counted_as_one() {
        for (int host = 1; host <= FAILURES; host++) {
            failed("2001:db8:1:2::" + host, "guess" + host + "@example.org").expect(401);
        }
        var refused = failed("2001:db8:1:2:ffff::1", "guess9@example.org").expect(429);
        assertThat(refused.text("code")).isEqualTo("quota_exceeded");
        failed("2001:db8:1:3::1", "guess9@example.org").expect(401);
        failed("192.0.2.1", "guess9@example.org").expect(401);
    }
}
