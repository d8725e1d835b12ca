package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.secrets.MasterSecret;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import javax.crypto.SecretKey;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RefreshTokenTest {
    private static final SecretKey KEY = key("one");

    private static SecretKey key(String master) {
        return new MasterSecret(master.getBytes(StandardCharsets.UTF_8)).key("accounts", "refresh-tokens");
    }

    @Property
    void a_sealed_place_opens_to_itself(
            @ForAll long high,
            @ForAll long low,
            @ForAll @IntRange(min = 1) int generation,
            @ForAll @IntRange(max = 1) int branch) {
        var token = new RefreshToken(new UUID(high, low), new RefreshFamily.Place(generation, branch));
        var sealed = token.sealed(KEY);
        assertThat(sealed).startsWith("vrt_").hasSizeLessThan(200).isEqualTo(token.sealed(KEY));
        assertThat(RefreshToken.open(sealed, KEY)).isEqualTo(token);
    }

    @Property
    void no_character_of_it_can_be_changed(@ForAll @IntRange(max = 74) int at) {
        var token = new RefreshToken(new UUID(1, 2), new RefreshFamily.Place(3, 0));
        var sealed = new StringBuilder(token.sealed(KEY));
        int index = Math.min(at, sealed.length() - 1);
        sealed.setCharAt(index, sealed.charAt(index) == 'A' ? 'B' : 'A');
        assertThat(RefreshToken.open(sealed.toString(), KEY)).isNull();
    }

    @Test
    void another_key_and_other_text_open_nothing() {
        var sealed = new RefreshToken(new UUID(1, 2), new RefreshFamily.Place(3, 0)).sealed(KEY);
        assertThat(RefreshToken.open(sealed, key("two"))).isNull();
        for (var text : new String[] {"", "vrt_", "vrt_!", "vrt_AAAA", sealed + "A", sealed.substring(4), "eyJ.a.b"}) {
            assertThat(RefreshToken.open(text, KEY)).as(text).isNull();
        }
    }

    @Test
    void it_does_not_show_itself() {
        assertThat(new RefreshToken(new UUID(1, 2), new RefreshFamily.Place(3, 0)))
                .hasToString("RefreshToken(hidden)");
    }
}
