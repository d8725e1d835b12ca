package io.vertebra.kernel.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedPayloadTest {
    private static final String SECRET = "whsec_of_the_endpoint";
    private static final String PAYLOAD = "{\"id\":\"evt_1\", \"name\":\"Zoë \\u00e9 €\"}\n";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final Instant NOW = Clock.systemUTC().instant();

    private static boolean holds(String header, String payload, Instant now) {
        return SignedPayload.holds(List.of(SECRET), header, payload, now, TOLERANCE);
    }

    @Test
    void the_verifier_of_stripe_accepts_our_signatures() throws SignatureVerificationException {
        var header = SignedPayload.sign(SECRET, NOW, PAYLOAD);

        assertThat(Webhook.Signature.verifyHeader(PAYLOAD, header, SECRET, TOLERANCE.toSeconds()))
                .isTrue();
        assertThat(holds(header, PAYLOAD, NOW)).isTrue();
    }

    @Test
    void another_payload_secret_or_time_does_not_hold() {
        var header = SignedPayload.sign(SECRET, NOW, PAYLOAD);

        assertThat(holds(header, PAYLOAD.strip(), NOW)).isFalse();
        assertThat(holds(SignedPayload.sign("whsec_other", NOW, PAYLOAD), PAYLOAD, NOW))
                .isFalse();
        assertThat(holds(header, PAYLOAD, NOW.plusSeconds(300))).isTrue();
        assertThat(holds(header, PAYLOAD, NOW.plusSeconds(301))).isFalse();
        assertThat(holds(header, PAYLOAD, NOW.minusSeconds(301))).isFalse();
        assertThat(holds(header.replace("t=", "t=1"), PAYLOAD, NOW)).isFalse();
    }

    @Test
    void while_secrets_are_rotated_one_good_signature_by_one_good_secret_suffices() {
        var old = SignedPayload.sign("whsec_old", NOW, PAYLOAD);
        var both = old + "," + SignedPayload.sign(SECRET, NOW, PAYLOAD).replaceFirst("t=\\d+,", "");

        assertThat(holds(both, PAYLOAD, NOW)).isTrue();
        assertThat(SignedPayload.holds(List.of("whsec_new", "whsec_old"), old, PAYLOAD, NOW, TOLERANCE))
                .isTrue();
    }

    @Test
    void what_is_no_header_does_not_hold() {
        for (var odd : List.of("", "t=", "t=x,v1=", ",,,", "v1=00", "t=" + NOW.getEpochSecond(), "t=1,v0=ab")) {
            assertThat(holds(odd, PAYLOAD, NOW)).as(odd).isFalse();
        }
        var other = SignedPayload.sign(SECRET, NOW, PAYLOAD).replace("v1=", "v0=");
        assertThat(holds(other, PAYLOAD, NOW)).isFalse();
    }
}
