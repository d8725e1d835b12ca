package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordHashTest {
    private static final PasswordHash.Cost CHEAP = new PasswordHash.Cost(64, 1, 1);

    @Test
    void the_password_matches_and_no_other_does() {
        var hash = PasswordHash.of("a tin cup of rain", CHEAP);
        assertThat(hash).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
        assertThat(PasswordHash.matches("a tin cup of rain", hash)).isTrue();
        assertThat(PasswordHash.matches("a tin cup of rain ", hash)).isFalse();
        assertThat(PasswordHash.of("a tin cup of rain", CHEAP)).isNotEqualTo(hash);
    }

    /** The command line tool of the reference implementation made this one. */
    @Test
    void hashes_of_other_implementations_are_understood() {
        var hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertThat(PasswordHash.matches("password", hash)).isTrue();
        assertThat(PasswordHash.matches("passwort", hash)).isFalse();
    }

    @Test
    void the_same_characters_from_another_keyboard_are_the_same_password() {
        var hash = PasswordHash.of("caf\u00e9 am see morgens", CHEAP);
        assertThat(PasswordHash.matches("cafe\u0301 am see morgens", hash)).isTrue();
    }

    @Test
    void another_cost_makes_a_hash_outdated() {
        var hash = PasswordHash.of("a tin cup of rain", CHEAP);
        assertThat(PasswordHash.isOutdated(hash, CHEAP)).isFalse();
        assertThat(PasswordHash.isOutdated(hash, new PasswordHash.Cost(128, 1, 1)))
                .isTrue();
    }
}
