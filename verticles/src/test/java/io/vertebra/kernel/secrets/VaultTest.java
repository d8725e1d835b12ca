package io.vertebra.kernel.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VaultTest {
    private static final MasterSecret MASTER = new MasterSecret(bytes("a master secret"));
    private static final Vault VAULT = new Vault(MASTER.key("accounts", "mails"));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Property
    void what_was_sealed_opens_in_its_place(@ForAll byte[] plain, @ForAll byte[] place) {
        var sealed = VAULT.seal(plain, place);
        assertThat(VAULT.open(sealed, place)).isEqualTo(plain);
        assertThat(VAULT.seal(plain, place)).isNotEqualTo(sealed);
    }

    @Property
    void a_changed_byte_is_noticed(@ForAll @IntRange(max = 40) int at) {
        var sealed = VAULT.seal(bytes("twelve bytes"), bytes("here"));
        sealed[Math.min(at, sealed.length - 1)] ^= 1;
        assertThatIllegalArgumentException().isThrownBy(() -> VAULT.open(sealed, bytes("here")));
    }

    @Test
    void another_place_another_key_and_scraps_open_nothing() {
        var sealed = VAULT.seal(bytes("secret"), bytes("here"));
        var other = new Vault(MASTER.key("accounts", "signing-keys"));
        assertThatIllegalArgumentException().isThrownBy(() -> VAULT.open(sealed, bytes("there")));
        assertThatIllegalArgumentException().isThrownBy(() -> other.open(sealed, bytes("here")));
        assertThatIllegalArgumentException().isThrownBy(() -> VAULT.open(new byte[3], bytes("here")));
    }

    @Test
    void owners_and_purposes_do_not_run_together() {
        assertThat(MASTER.key("ab", "c").getEncoded())
                .isNotEqualTo(MASTER.key("a", "bc").getEncoded());
        assertThat(MASTER).hasToString("MasterSecret(hidden)");
    }
}
